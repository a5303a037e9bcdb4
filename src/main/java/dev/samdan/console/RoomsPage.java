package dev.samdan.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rooms, one of them open.
 *
 * @param newest id of the newest message that is shown
 */
public record RoomsPage(
    String room,
    List<RoomLink> rooms,
    List<Line> lines,
    long newest,
    List<Channel> channels,
    List<String> speaksFor) {
  /** A room to open. */
  public record RoomLink(String name, String href, int unread, boolean current) {}

  /**
   * One message.
   *
   * @param isNew the first that came since the reader looked
   * @param day named where the message is the first of its day
   */
  public record Line(
      String at,
      String exact,
      String tone,
      String icon,
      String sentence,
      String detail,
      @Nullable String href,
      String room,
      boolean isNew,
      String day) {}

  /** A webhook and how its deliveries fare. */
  public record Channel(long id, String name, String state, boolean failing) {}
}
