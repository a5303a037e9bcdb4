package dev.samdan.console;

import dev.samdan.identity.Access;
import dev.samdan.identity.Identity;
import dev.samdan.identity.Right;
import dev.samdan.identity.Role;
import dev.samdan.operations.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Makes the pages of people and what they are where. */
final class PeoplePages {
  private static final List<String> ROLES = Stream.of(Role.values()).map(Role::text).toList();

  private final ConsoleRooms rooms;
  private final Words words;
  private final Once once;

  PeoplePages(ConsoleRooms rooms, Words words, Once once) {
    this.rooms = rooms;
    this.words = words;
    this.once = once;
  }

  /** All of them. */
  Asked.Shown shown(Asked asked) {
    List<Identity.User> people = rooms.identity().users();
    long admins = people.stream().filter(u -> u.role() == Role.ADMIN).count();
    PeoplePage page =
        new PeoplePage(
            words.count("people.headline", people.size()),
            words.count("people.admins", admins),
            MinePages.places(words, "/settings/people"),
            people.stream().map(user -> line(asked, user)).toList(),
            applications(asked),
            ROLES,
            why(asked),
            asked.query("at") != null);
    Shell shell =
        asked
            .around()
            .page("people", page.headline(), "settings", words.say("settings.settings.people"));
    return new Asked.Shown("people", shell, page);
  }

  private PeoplePage.Line line(Asked asked, Identity.User user) {
    Role role = user.role();
    return new PeoplePage.Line(
        user.name(),
        user.displayName(),
        role == null ? "" : role.text(),
        roles(asked, user),
        user.hasPassword(),
        When.at(words, user.createdAt()));
  }

  /** In the applications that the reader may look at. */
  private static List<PersonPage.Place> roles(Asked asked, Identity.User user) {
    List<PersonPage.Place> places = new ArrayList<>();
    new TreeMap<>(user.roles())
        .forEach((application, role) -> {
          Access access = asked.reader().access();
          if (access.may(Right.READ, application)) {
            boolean may = access.may(Right.ADMIN, application);
            places.add(new PersonPage.Place(application, role.text(), may));
          }
        });
    return places;
  }

  private static List<String> applications(Asked asked) {
    return asked.around().lives().stream().map(ApplicationLife::name).sorted().toList();
  }

  private static String why(Asked asked) {
    return asked.reader().access().may(Right.ADMIN, null)
        ? ""
        : asked.reader().mayLookOnly(Subject.HOUSE);
  }

  /** One of them. */
  Asked.Shown one(Asked asked) {
    Identity.User user = rooms.identity().show(asked.path("user"));
    Access access = asked.reader().access();
    boolean admin = access.may(Right.ADMIN, null);
    List<PersonPage.Place> places = new ArrayList<>();
    Role role = user.role();
    places.add(new PersonPage.Place("", role == null ? "" : role.text(), admin));
    places.addAll(roles(asked, user));
    PersonPage page =
        new PersonPage(
            user.name(),
            user.displayName(),
            MinePages.role(words, user),
            MinePages.places(words, "/settings/people"),
            places,
            applications(asked).stream()
                .filter(name -> !user.roles().containsKey(name) && access.may(Right.ADMIN, name))
                .toList(),
            ROLES,
            user.hasPassword(),
            admin ? MinePages.tokens(words, rooms.identity().tokens(user.name())) : List.of(),
            admin ? MinePages.accessKeys(words, rooms.accessKeys().list(user.name())) : List.of(),
            once.take(access.principal().user(), asked.query("made")).orElse(""),
            user.name().equals(Identity.OWNER),
            why(asked),
            Shells.or(asked.query("saved"), ""));
    Shell shell =
        asked
            .around()
            .page(
                "person",
                page.headline(),
                "settings",
                words.say("settings.settings.people"),
                user.name());
    return new Asked.Shown("person", shell, page);
  }
}
