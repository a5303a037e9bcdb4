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
   * News of a pull request; what does not matter to its kind is null.
   *
   * @param by the name to show of who did it
   * @param author the name to show of whose it is
   * @param text a person's words, or why something failed
   * @param files that conflict
   */
  public record PullRequestNews(
      int number,
      String title,
      String source,
      String target,
      @Nullable String by,
      @Nullable String author,
      @Nullable String text,
      @Nullable String version,
      @Nullable String files,
      String link) {}

  /** What happened to a pull request. */
  public static Post ofPullRequest(
      String room, String application, Kind kind, PullRequestNews news) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(Fact.APPLICATION, application);
    facts.put(Fact.NUMBER, String.valueOf(news.number()));
    facts.put(Fact.SUBJECT, news.title());
    facts.put(Fact.SOURCE, news.source());
    facts.put(Fact.TARGET, news.target());
    put(facts, Fact.BY, news.by());
    put(facts, Fact.AUTHOR, news.author());
    put(facts, Fact.COMMENT, news.text());
    put(facts, Fact.VERSION, news.version());
    put(facts, Fact.FILES, news.files());
    facts.put(Fact.LINK, news.link());
    return new Post(room, kind, application, null, null, facts);
  }

  private static void put(Map<String, String> facts, String name, @Nullable String value) {
    if (value != null && !value.isBlank()) {
      facts.put(name, value);
    }
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
