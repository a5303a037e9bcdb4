package dev.samdan.platform;

import dev.samdan.application.Applications;
import dev.samdan.application.DerivedPipelines;
import dev.samdan.application.Environment;
import dev.samdan.build.BuildResult;
import dev.samdan.build.CodeBuildProvider;
import dev.samdan.deploy.Deployments;
import dev.samdan.deploy.Live;
import dev.samdan.deploy.TrafficTests;
import dev.samdan.identity.Identity;
import dev.samdan.identity.Role;
import dev.samdan.pipeline.ActionContext;
import dev.samdan.pullrequest.Outside;
import dev.samdan.registry.Registry;
import dev.samdan.rooms.Post;
import dev.samdan.rooms.Rooms;
import dev.samdan.secrets.Secrets;
import dev.samdan.source.Deliveries;
import dev.samdan.source.Strategy;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Facts that one room has and another needs, which may not ask for them itself. */
final class Handed {
  private Handed() {}

  /** What is live of an application, for the marks beside its branches. */
  static List<Outside.LiveMark> live(
      Applications applications, Deployments deployments, String application) {
    List<Outside.LiveMark> marks = new ArrayList<>();
    for (Environment environment : applications.environments(application)) {
      Live live = deployments.live(application, environment.name());
      String commit =
          Optional.ofNullable(live.api())
              .flatMap(Live.ApiLive::primary)
              .map(Live.Set::commit)
              .orElse(live.web() == null ? null : live.web().commit());
      if (commit != null) {
        marks.add(new Outside.LiveMark(environment.name(), commit));
      }
    }
    return marks;
  }

  /** The image that a pull request's checks built of this head is of no use any more. */
  static void forgetImage(
      Registry registry, Applications applications, String repository, String head) {
    List<String> names = new ArrayList<>(applications.withTierIn(repository));
    names.add(repository);
    for (String application : names) {
      String images = application + "/api-" + DerivedPipelines.PULL_REQUEST;
      registry
          .findManifest(images, head)
          .ifPresent(manifest -> registry.delete(images, manifest.digest()));
    }
  }

  /**
   * Secrets as a task finds them; checks of pull requests know those of the environment that is
   * delivered to first.
   */
  static Optional<String> secret(
      Applications applications,
      Secrets secrets,
      String application,
      @Nullable String environment,
      String name) {
    boolean checks =
        environment != null
            && (environment.equals(DerivedPipelines.PULL_REQUEST)
                || Deployments.isTrial(environment));
    String known =
        checks
            ? applications.environments(application).stream()
                .filter(e -> !e.production())
                .findFirst()
                .map(Environment::name)
                .orElse(null)
            : environment;
    return secrets.resolve(application, known, name);
  }

  /** An invalid samdan.yml that no pipeline can show is said in the room of its branch. */
  static void sayInvalid(Rooms rooms, Deliveries.InvalidFile file, String url) {
    String room = rooms.roomOf(file.application(), null, file.branch());
    rooms.post(
        Post.invalidDeclaration(
            room,
            file.application(),
            file.commit().id(),
            file.commit().message(),
            file.commit().author(),
            file.errors(),
            url + "/applications/" + file.application()));
  }

  /** By the roles as they are now, and the least one that production declares. */
  static boolean mayMerge(
      Identity identity, Applications applications, String user, String application) {
    Role least = Strategy.of(applications, application).protection().merge();
    return identity.user(user).filter(u -> u.isAtLeast(least, application)).isPresent();
  }

  /** Runs the tests of deployments against something that is started. */
  static TrafficTests.Outcome test(
      CodeBuildProvider codeBuild, ActionContext context, String project, URI target)
      throws InterruptedException {
    BuildResult result =
        codeBuild.runProject(context, project, Map.of("SAMDAN_TARGET_URL", target.toString()));
    return new TrafficTests.Outcome(result.succeeded(), result.message());
  }
}
