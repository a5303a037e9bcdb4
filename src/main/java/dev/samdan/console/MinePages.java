package dev.samdan.console;

import dev.samdan.identity.AccessKeys;
import dev.samdan.identity.Identity;
import dev.samdan.identity.Right;
import dev.samdan.identity.Role;
import dev.samdan.identity.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the page of one's own settings. */
final class MinePages {
  private final ConsoleRooms rooms;
  private final Words words;
  private final Once once;

  MinePages(ConsoleRooms rooms, Words words, Once once) {
    this.rooms = rooms;
    this.words = words;
    this.once = once;
  }

  Asked.Shown shown(Asked asked) {
    Identity.User me = rooms.identity().show(asked.reader().principal().user());
    List<String> made =
        once.take(me.name(), asked.query("made")).map(s -> s.lines().toList()).orElse(List.of());
    MinePage page =
        new MinePage(
            words.say("mine.headline", me.displayName()),
            role(words, me),
            places(words, "/settings"),
            me.hasPassword(),
            tokens(words, rooms.identity().tokens(me.name())),
            accessKeys(words, rooms.accessKeys().list(me.name())),
            asked.around().lives().stream().map(ApplicationLife::name).toList(),
            Stream.of(Right.values())
                .filter(right -> right != Right.OWN && right != Right.READ)
                .map(Right::text)
                .toList(),
            made,
            Shells.or(asked.query("saved"), ""),
            Shells.or(asked.query("at"), ""));
    return new Asked.Shown("mine", asked.around().page("mine", page.headline(), "settings"), page);
  }

  /** The pages of the settings. */
  static List<Filter> places(Words words, String current) {
    return Stream.of("/settings", "/settings/people", "/settings/remotes")
        .map(href ->
            Filter.of(words.say("settings" + href.replace('/', '.')), href, href.equals(current)))
        .toList();
  }

  /** What someone is everywhere, else where they are something. */
  static String role(Words words, Identity.User user) {
    Role role = user.role();
    return role != null
        ? words.say("people.everywhere", role.text())
        : user.roles().isEmpty()
            ? words.say("people.nowhere")
            : words.count("people.somewhere", user.roles().size());
  }

  static List<MinePage.KeyLine> tokens(Words words, List<Identity.TokenInfo> tokens) {
    return tokens.stream()
        .map(t ->
            line(
                words,
                t.id(),
                t.name(),
                t.prefix() + "…",
                t.scope(),
                t.lastUsedAt(),
                t.expiresAt()))
        .toList();
  }

  static List<MinePage.KeyLine> accessKeys(Words words, List<AccessKeys.AccessKeyInfo> keys) {
    return keys.stream()
        .map(k -> line(words, k.id(), k.name(), k.id(), k.scope(), k.lastUsedAt(), k.expiresAt()))
        .toList();
  }

  private static MinePage.KeyLine line(
      Words words,
      String id,
      String name,
      String mark,
      Scope scope,
      @Nullable Instant used,
      @Nullable Instant ends) {
    boolean over = ends != null && ends.isBefore(Instant.now());
    return new MinePage.KeyLine(
        id,
        name,
        mark,
        scope(words, scope),
        used == null
            ? words.say("key.unused")
            : words.say("key.used", When.ago(words, used).text()),
        ends == null
            ? words.say("key.forever")
            : words.say(over ? "key.over" : "key.until", words.moment(ends)),
        over);
  }

  /** What a token is limited to. */
  private static String scope(Words words, Scope scope) {
    List<String> parts = new ArrayList<>();
    Set<Right> rights = scope.rights();
    parts.add(
        rights == null
            ? words.say("key.all")
            : String.join(", ", rights.stream().sorted().map(Right::text).toList()));
    if (scope.application() != null) {
      parts.add(scope.application());
    }
    if (scope.registryOnly()) {
      parts.add(words.say("key.registry"));
    }
    return String.join(" · ", parts);
  }
}
