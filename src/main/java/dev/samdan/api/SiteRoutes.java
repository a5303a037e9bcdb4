package dev.samdan.api;

import static dev.samdan.api.Route.get;
import static dev.samdan.api.Route.post;
import static dev.samdan.identity.Right.DEPLOY;
import static dev.samdan.identity.Right.READ;

import dev.samdan.application.Application;
import dev.samdan.application.Environment;
import dev.samdan.deploy.Live;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sites that are served. */
final class SiteRoutes {
  private final ApiRooms rooms;

  SiteRoutes(ApiRooms rooms) {
    this.rooms = rooms;
  }

  /** A site; {@code host} is its first label at the edge. */
  private record SiteView(
      String application,
      String environment,
      String host,
      String release,
      @Nullable String commit,
      String deployment,
      Instant since) {}

  List<Route> routes() {
    return List.of(
        get("/sites", READ, "The sites that are served, with their releases", this::sites),
        post(
            "/applications/{application}/environments/{environment}/site/invalidate",
            DEPLOY,
            "Have the edge read a site's files anew",
            r -> {
              rooms.deployments().readSiteAgain(r.path("application"), r.path("environment"));
              return Map.of(
                  "application", r.path("application"), "environment", r.path("environment"));
            }));
  }

  private Object sites(Route.Request request) {
    List<SiteView> sites = new ArrayList<>();
    for (Application application : rooms.applications().list()) {
      if (!request.sees(application.name())) {
        continue;
      }
      for (Environment e : rooms.applications().environments(application.name())) {
        Live.SiteLive site = rooms.deployments().live(e.application(), e.name()).web();
        if (site != null) {
          sites.add(
              new SiteView(
                  e.application(),
                  e.name(),
                  e.host(),
                  site.release(),
                  site.commit(),
                  site.deployment(),
                  site.since()));
        }
      }
    }
    return Map.of("sites", sites);
  }
}
