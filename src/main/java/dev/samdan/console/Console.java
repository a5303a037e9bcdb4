package dev.samdan.console;

import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;

/** The console: its pages, what their buttons do, the stream that refreshes them. */
public final class Console implements AutoCloseable {
  private final ConsoleRooms rooms;
  private final Door door;
  private final Events events;
  private final Pages pages;

  public Console(ConsoleRooms rooms) {
    this.rooms = rooms;
    this.pages = new Pages();
    this.door = new Door(rooms.identity(), rooms.audit(), pages);
    this.events = new Events(rooms);
  }

  /** Mounts everything below {@code /}. */
  public void register(JavalinConfig config) {
    RoutesConfig routes = config.routes;
    Assets.register(routes);
    door.register(routes);
    events.register(config, door);
    Reading reading = new Reading(rooms, door, pages);
    reading.register(routes);
    new Acting(rooms, door, reading).register(routes);
  }

  @Override
  public void close() {
    events.close();
  }
}
