package dev.samdan.console;

import dev.samdan.application.Application;
import dev.samdan.identity.Right;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes what stands around a page. */
final class Shells {
  private final ConsoleRooms rooms;

  Shells(ConsoleRooms rooms) {
    this.rooms = rooms;
  }

  /** What is the same around every page of one request. */
  Around of(Door.Reader reader, Visit visit) {
    List<ApplicationLife> lives =
        rooms.applications().list().stream()
            .map(Application::name)
            .filter(name -> reader.access().may(Right.READ, name))
            .map(name -> ApplicationLife.of(rooms, reader.words(), name))
            .toList();
    List<String> visible = rooms.subjects().visible(reader.access());
    int unread =
        rooms.rooms().unread(reader.principal().user(), visible).entrySet().stream()
            .filter(room ->
                rooms
                    .subjects()
                    .may(reader.access(), Right.READ, rooms.subjects().room(room.getKey())))
            .mapToInt(Map.Entry::getValue)
            .sum();
    return new Around(
        reader,
        visit,
        lives,
        Waiting.of(rooms, reader),
        unread,
        rooms.edgeNow().isPresent(),
        new Bars(rooms.subjects(), reader));
  }

  /**
   * The address that was asked for.
   *
   * @param path with its query, to come back to
   * @param refused why the button that was pressed there did nothing; empty otherwise
   */
  record Visit(String path, String refused) {}

  /** Around one page. */
  record Around(
      Door.Reader reader,
      Visit visit,
      List<ApplicationLife> lives,
      Waiting waiting,
      int unread,
      boolean edgeUp,
      Bars bars) {
    /** Outside of an application; {@code crumbs} follow the place's name. */
    Shell page(String page, String title, String place, String... crumbs) {
      List<Shell.Crumb> trail = new ArrayList<>();
      String name = place.isEmpty() ? title : reader.words().say(place);
      trail.add(new Shell.Crumb(name, crumbs.length == 0 ? null : "/" + place));
      for (String crumb : crumbs) {
        trail.add(new Shell.Crumb(crumb, null));
      }
      return shell(page, title, place, "", trail, List.of());
    }

    /** In an application, on one of its tabs; {@code crumb} follows its name. */
    Shell tab(String page, String title, String application, String... crumb) {
      List<Shell.Crumb> trail = new ArrayList<>();
      String root = "/applications/" + application;
      trail.add(new Shell.Crumb(application, crumb.length == 0 ? null : root));
      for (String text : crumb) {
        trail.add(new Shell.Crumb(text, null));
      }
      return shell(page, title, "application", application, trail, tabs(root, page));
    }

    /** In an application, below one of its tabs. */
    Shell below(String page, String title, String application, Shell.Crumb... crumbs) {
      List<Shell.Crumb> trail = new ArrayList<>();
      trail.add(new Shell.Crumb(application, "/applications/" + application));
      trail.addAll(List.of(crumbs));
      return shell(page, title, "application", application, trail, List.of());
    }

    private List<Shell.Tab> tabs(String root, String current) {
      return List.of(
          tab("o", "overview", root, current),
          tab("p", "pipelines", root + "/pipelines", current),
          tab("b", "branches", root + "/branches", current),
          tab("m", "pulls", root + "/pull-requests", current),
          tab("d", "deployments", root + "/deployments", current),
          tab("i", "images", root + "/images", current),
          tab("t", "data", root + "/data", current),
          tab("j", "jobs", root + "/jobs", current),
          tab("s", "settings", root + "/settings", current));
    }

    private Shell.Tab tab(String key, String name, String href, String current) {
      return new Shell.Tab(key, reader.words().say(name), href, name.equals(current), null);
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
          visit.path(),
          place,
          application,
          crumbs,
          tabs,
          links(),
          waiting.count(),
          unread,
          reader.principal().displayName(),
          reader.words().say(edgeUp ? "house" : "house.edge"),
          reader.theme(),
          worst(),
          AuditPages.mayRead(reader.access(), lives),
          bars,
          visit.refused(),
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
