package dev.samdan.console;

import dev.samdan.github.Connected;
import dev.samdan.github.HookDelivery;
import dev.samdan.identity.Right;
import dev.samdan.source.Remote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Makes the page of the repositories elsewhere. */
final class RemotesPages {
  private static final int DELIVERIES = 8;

  private final ConsoleRooms rooms;
  private final Words words;
  private final Once once;

  RemotesPages(ConsoleRooms rooms, Words words, Once once) {
    this.rooms = rooms;
    this.words = words;
    this.once = once;
  }

  Asked.Shown shown(Asked asked) {
    Door.Reader reader = asked.reader();
    Bars bars = new Bars(rooms.subjects(), reader);
    List<RemotesPage.Connection> connections = new ArrayList<>();
    List<String> free = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (ApplicationLife life : asked.around().lives()) {
      String why = bars.application(Right.MAINTAIN.text(), life.name());
      List<Connected> followed = rooms.gitHub().of(life.name());
      for (Connected each : followed) {
        if (seen.add(each.remote().repository())) {
          connections.add(connection(each, why));
        }
      }
      if (followed.isEmpty() && why.isEmpty()) {
        free.add(life.name());
      }
    }
    long failing = connections.stream().filter(c -> !c.problems().isEmpty()).count();
    List<String> made =
        once.take(reader.principal().user(), asked.query("made"))
            .map(secret -> secret.lines().toList())
            .orElse(List.of());
    RemotesPage page =
        new RemotesPage(
            connections.isEmpty()
                ? words.say("remotes.none")
                : words.count("remotes.headline", connections.size()),
            failing == 0 ? "" : words.count("remotes.failing", failing),
            MinePages.places(words, "/settings/remotes"),
            connections,
            free,
            free.isEmpty() ? words.say("remotes.nothing") : "",
            made,
            asked.query("at") != null);
    String title = page.rest().isEmpty() ? page.headline() : page.headline() + " " + page.rest();
    Shell shell =
        asked.around().page("remotes", title, "settings", words.say("settings.settings.remotes"));
    return new Asked.Shown("remotes", shell, page);
  }

  private RemotesPage.Connection connection(Connected connected, String why) {
    Remote remote = connected.remote();
    Connected.AtGitHub gitHub = connected.gitHub();
    List<String> problems = new ArrayList<>();
    if (remote.lastError() != null) {
      problems.add(remote.lastError());
    }
    List<OverviewPage.Fact> facts = new ArrayList<>();
    facts.add(
        fact(
            "remotes.asked",
            remote.syncedAt() == null ? "–" : When.ago(words, remote.syncedAt()).text()));
    facts.add(fact("remotes.poll", words.span(Duration.ofSeconds(remote.pollSeconds()))));
    if (gitHub != null) {
      facts.add(
          fact(
              "remotes.hook",
              gitHub.hookAt() == null
                  ? words.say("remotes.hook.never")
                  : When.ago(words, gitHub.hookAt()).text()));
      facts.add(
          fact(
              "remotes.tells",
              gitHub.appId() == null
                  ? words.say("remotes.tells.statuses")
                  : words.say("remotes.tells.checks", gitHub.appId())));
      if (gitHub.reportsError() != null) {
        problems.add(words.say("remotes.reports", gitHub.reportsError()));
      }
    }
    return new RemotesPage.Connection(
        remote.application(),
        remote.repository(),
        remote.url(),
        state(remote),
        facts,
        problems,
        gitHub != null,
        gitHub == null
            ? List.of()
            : rooms.gitHub().deliveries(remote.repository(), DELIVERIES).stream()
                .map(this::delivery)
                .toList(),
        why);
  }

  private OverviewPage.Fact fact(String key, String value) {
    return new OverviewPage.Fact(words.say(key), value, "");
  }

  private State state(Remote remote) {
    if (remote.failingSince() != null) {
      return new State(
          "fail",
          "fail",
          words.say("remotes.state.failing", words.at(remote.failingSince())),
          "failing");
    }
    return remote.syncedAt() == null
        ? new State("run", "run", words.say("remotes.state.first"), "new")
        : new State("", "done", words.say("remotes.state.follows"), "follows");
  }

  private RemotesPage.Delivery delivery(HookDelivery hook) {
    String word = words.say("remotes.delivery." + hook.status());
    State state =
        switch (hook.status()) {
          case "done" -> new State("", "done", word, hook.status());
          case "ignored" -> new State("none", "stop", word, hook.status());
          case "gaveUp" -> new State("fail", "fail", word, hook.status());
          default -> new State("run", "run", word, hook.status());
        };
    return new RemotesPage.Delivery(
        state,
        hook.action() == null ? hook.event() : hook.event() + " · " + hook.action(),
        hook.id(),
        hook.attempts() < 2 ? "" : words.say("remotes.attempts", hook.attempts()),
        When.ago(words, hook.receivedAt()),
        Shells.or(hook.error(), ""));
  }
}
