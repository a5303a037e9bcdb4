package dev.samdan.api;

import static dev.samdan.api.Route.get;
import static dev.samdan.api.Route.post;
import static dev.samdan.identity.Right.PUSH;
import static dev.samdan.identity.Right.READ;

import dev.samdan.base.PlatformException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Branches under the branch strategy. */
final class BranchRoutes {
  /** More of a branch's history is not asked for. */
  private static final int MOST_COMMITS = 10_000;

  private final ApiRooms rooms;

  BranchRoutes(ApiRooms rooms) {
    this.rooms = rooms;
  }

  List<Route> routes() {
    return List.of(
        get(
            "/applications/{application}/branches",
            READ,
            "Branches with kind, base, distance and what is wrong with them",
            r -> Map.of("branches", rooms.branches().list(repository(r), r.principal()))),
        post(
            "/applications/{application}/branches",
            PUSH,
            "Make a branch of a kind at its base",
            r ->
                rooms
                    .branches()
                    .start(
                        repository(r),
                        r.required("kind"),
                        r.optionalText("summary"),
                        r.principal()),
            "kind",
            "summary"),
        post(
            "/applications/{application}/branches/check",
            READ,
            "Whether a push of this branch and history would be taken",
            r ->
                rooms
                    .branches()
                    .check(repository(r), r.required("name"), commits(r), r.principal()),
            "name",
            "commits"));
  }

  private String repository(Route.Request request) {
    return rooms.applications().show(request.path("application")).repository();
  }

  private static Set<String> commits(Route.Request request) {
    JsonNode list = request.body().path("commits");
    if (!list.isArray() || list.size() > MOST_COMMITS) {
      throw PlatformException.invalid(
          "'commits' must be a list of at most " + MOST_COMMITS + " commit ids");
    }
    Set<String> ids = new HashSet<>();
    list.forEach(id -> ids.add(id.asString("")));
    return ids;
  }
}
