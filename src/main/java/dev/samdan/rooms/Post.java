package dev.samdan.rooms;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is to be said in a room.
 *
 * @param facts what the wording needs, by the names of {@link Fact}; kept, and rendered in the
 *     reader's language
 */
public record Post(
    String room,
    Kind kind,
    @Nullable String application,
    @Nullable String pipeline,
    @Nullable UUID executionId,
    Map<String, String> facts) {
  public Post {
    facts = Map.copyOf(facts);
  }

  /** A person's or another system's own words, the same in every language. */
  public static Post note(String room, @Nullable String application, String text) {
    return new Post(room, Kind.NOTE, application, null, null, Map.of(Fact.TEXT, text));
  }

  /** What the platform itself has to say, in the reader's language. */
  public static Post note(
      String room, @Nullable String application, String english, String korean) {
    return new Post(
        room, Kind.NOTE, application, null, null, Map.of(Fact.TEXT, english, Fact.KOREAN, korean));
  }

  /**
   * An invalid samdan.yml where no pipeline exists that could fail.
   *
   * @param errors a line each, {@code file:line:column: error: message}
   * @param link where to read on; may be empty
   */
  public static Post invalidDeclaration(
      String room,
      String application,
      String commit,
      String message,
      String author,
      String errors,
      String link) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(Fact.APPLICATION, application);
    facts.put(Fact.COMMIT, Fact.shortCommit(commit));
    facts.put(Fact.SUBJECT, Fact.firstLine(message));
    facts.put(Fact.AUTHOR, author);
    facts.put(Fact.ERROR, errors);
    facts.put(Fact.LINK, link);
    return new Post(room, Kind.INVALID_DECLARATION, application, null, null, facts);
  }
}
