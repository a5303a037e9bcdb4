package dev.samdan.pullrequest;

import dev.samdan.application.Applications;
import dev.samdan.database.Database;
import dev.samdan.identity.Identity;
import dev.samdan.pullrequest.PullRequestEvent.Kind;
import dev.samdan.rooms.Post;
import dev.samdan.rooms.Rooms;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Writes what happened and says it in the room, in the transaction that makes it true. */
final class Journal {
  static final String CHANNEL = "pull_request";

  /** Who does what follows by itself. */
  static final String PLATFORM = "samdan";

  private final Database database;
  private final Identity identity;
  private final Applications applications;
  private final Rooms rooms;
  private final String url;
  private final InstantSource clock;

  Journal(
      Database database,
      Identity identity,
      Applications applications,
      Rooms rooms,
      String url,
      InstantSource clock) {
    this.database = database;
    this.identity = identity;
    this.applications = applications;
    this.rooms = rooms;
    this.url = url;
    this.clock = clock;
  }

  Database database() {
    return database;
  }

  Instant now() {
    return clock.instant();
  }

  void event(Handle handle, PullRequest pull, Kind kind, String by, Map<String, String> facts) {
    Conversation.event(handle, pull, kind, by, facts, now());
    database.notifyChannel(handle, CHANNEL, pull.repository());
  }

  /**
   * What the room is told beside the pull request itself.
   *
   * @param into the branch that is spoken of; null for the pull request's target
   */
  record News(
      String by,
      @Nullable String text,
      @Nullable String version,
      @Nullable String files,
      @Nullable String into) {
    static News by(String who) {
      return new News(who, null, null, null, null);
    }
  }

  /** Looks up what the room is told with, before the transaction that holds a connection. */
  Teller teller(PullRequest pull, News news) {
    return teller(pull.repository(), pull.target(), pull.author(), news);
  }

  Teller teller(String repository, String target, String author, News news) {
    String application = application(repository);
    return new Teller(
        application, rooms.roomOf(application, null, target), name(news.by()), name(author), news);
  }

  /** Says it in the room of the target. */
  final class Teller {
    private final String application;
    private final String room;
    private final String by;
    private final String author;
    private final News news;

    private Teller(String application, String room, String by, String author, News news) {
      this.application = application;
      this.room = room;
      this.by = by;
      this.author = author;
      this.news = news;
    }

    void tell(Handle handle, PullRequest pull, dev.samdan.rooms.Kind kind) {
      long _ =
          rooms.post(
              handle,
              Post.ofPullRequest(
                  room,
                  application,
                  kind,
                  new Post.PullRequestNews(
                      pull.number(),
                      pull.title(),
                      pull.source(),
                      news.into() == null ? pull.target() : news.into(),
                      by,
                      author,
                      news.text(),
                      news.version(),
                      news.files(),
                      link(application, pull))));
    }
  }

  String link(PullRequest pull) {
    return link(application(pull.repository()), pull);
  }

  private String link(String application, PullRequest pull) {
    return url + "/applications/" + application + "/pull-requests/" + pull.number();
  }

  /** The application that the repository is of, or the first that has a tier in it. */
  String application(String repository) {
    return applications.find(repository).isPresent()
        ? repository
        : applications.withTierIn(repository).stream().findFirst().orElse(repository);
  }

  List<String> applications(String repository) {
    return applications.find(repository).isPresent()
        ? List.of(repository)
        : applications.withTierIn(repository);
  }

  /** The names to show, as they are now; asks nothing more. */
  UnaryOperator<String> names() {
    Map<String, String> known =
        identity.users().stream()
            .collect(
                Collectors.toMap(Identity.User::name, Identity.User::displayName, (a, b) -> a));
    return user -> user.equals(PLATFORM) ? "Samdan" : known.getOrDefault(user, user);
  }

  /** The name to show of a user. */
  String name(String user) {
    return user.equals(PLATFORM)
        ? "Samdan"
        : identity.user(user).map(Identity.User::displayName).orElse(user);
  }
}
