package dev.samdan.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rooms, one of them open.
 *
 * @param live what shifts now; said anew with every step, and kept by none
 * @param newest id of the newest message that is shown
 * @param older the address of the messages before these; null at the beginning
 */
public record RoomsPage(
    String room,
    List<RoomLink> rooms,
    List<Filter> filters,
    List<Line> lines,
    List<Line> live,
    long newest,
    @Nullable String older,
    List<Channel> channels,
    List<Speaks> speaksFor) {
  /** A room to open, with its newest sentence. */
  public record RoomLink(String name, String href, int unread, boolean current, String newest) {}

  /**
   * One message; the lead is who it speaks of, the rest what happened.
   *
   * @param isNew the first that came since the reader looked
   * @param day named where the message is the first of its day; empty otherwise
   * @param action what can still be done about it; null for nothing
   */
  public record Line(
      long id,
      String at,
      String exact,
      String tone,
      String icon,
      String lead,
      String rest,
      String detail,
      @Nullable String href,
      boolean isNew,
      String day,
      @Nullable String action) {}

  /** An environment that a room speaks for. */
  public record Speaks(String application, String environment, @Nullable Mark mark, String label) {}

  /**
   * A webhook and how its deliveries fare.
   *
   * @param failing whether there is something to send again
   */
  public record Channel(
      long id,
      String name,
      State state,
      String about,
      boolean failing,
      String url,
      String preset,
      String recipient,
      String body,
      String language,
      List<String> headers) {}
}
