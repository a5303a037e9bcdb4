package dev.samdan.console;

import dev.samdan.application.Application;
import dev.samdan.identity.Right;
import dev.samdan.rooms.Language;
import dev.samdan.rooms.Room;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes what stands around a page. */
final class Shells {
  private final ConsoleRooms rooms;

  Shells(ConsoleRooms rooms) {
    this.rooms = rooms;
  }

  /** What is the same around every page of one request. */
  Around of(Door.Reader reader, String path) {
    List<ApplicationLife> lives =
        rooms.applications().list().stream()
            .map(Application::name)
            .filter(name -> reader.access().may(Right.READ, name))
            .map(name -> ApplicationLife.of(rooms, reader.words(), name))
            .toList();
    Language language = Language.of(reader.words().tag());
    int unread =
        rooms.rooms().list(language, reader.principal().user()).stream()
            .mapToInt(Room::unread)
            .sum();
    return new Around(reader, path, lives, rooms.pipelines().waitingApprovals(null).size(), unread);
  }

  /** Around one page. */
  record Around(
      Door.Reader reader, String path, List<ApplicationLife> lives, int waiting, int unread) {
    /** Outside of an application. */
    Shell page(String page, String title, String place) {
      String crumb = place.isEmpty() ? title : reader.words().say(place);
      return shell(page, title, place, "", List.of(new Shell.Crumb(crumb, null)), List.of());
    }

    /** In an application, under one of its tabs; {@code crumbs} follow its name. */
    Shell application(String page, String title, String application, String tab, String... crumbs) {
      List<Shell.Crumb> trail = new ArrayList<>();
      String root = "/applications/" + application;
      trail.add(new Shell.Crumb(application, crumbs.length == 0 ? null : root));
      for (int i = 0; i < crumbs.length; i++) {
        boolean last = i == crumbs.length - 1;
        trail.add(
            new Shell.Crumb(
                crumbs[i],
                last
                    ? null
                    : tab.equals("pipelines")
                        ? root + "/pipelines?pipeline=" + crumbs[i]
                        : root + "?env=" + crumbs[i]));
      }
      Words w = reader.words();
      List<Shell.Tab> tabs =
          List.of(
              new Shell.Tab(w.say("overview"), root, tab.equals("overview"), null),
              new Shell.Tab(w.say("pipelines"), root + "/pipelines", tab.equals("pipelines"), null),
              new Shell.Tab(
                  w.say("deployments"), root + "/deployments", tab.equals("deployments"), null));
      return shell(page, title, "application", application, trail, tabs);
    }

    private Shell shell(
        String page,
        String title,
        String place,
        String application,
        List<Shell.Crumb> crumbs,
        List<Shell.Tab> tabs) {
      return new Shell(
          reader.words(),
          page,
          title + " · Samdan",
          path,
          place,
          application,
          crumbs,
          tabs,
          links(),
          waiting,
          unread,
          reader.principal().displayName(),
          reader.words().say("house"),
          reader.theme(),
          worst(),
          Assets.version());
    }

    /** Those that need someone first, then by name. */
    private List<Shell.ApplicationLink> links() {
      return lives.stream()
          .sorted(
              Comparator.comparing((ApplicationLife life) -> !life.needsSomeone())
                  .thenComparing(ApplicationLife::name))
          .map(life -> new Shell.ApplicationLink(life.name(), life.mark(), life.label()))
          .toList();
    }

    private String worst() {
      return lives.stream()
          .map(ApplicationLife::worst)
          .max(Comparator.comparingInt(List.of("live", "run", "wait", "fail")::indexOf))
          .orElse("live");
    }
  }

  /** A value, or another where it is null. */
  static String or(@Nullable String value, String other) {
    return value == null ? other : value;
  }
}
