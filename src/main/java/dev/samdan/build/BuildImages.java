package dev.samdan.build;

import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.samdan.base.PlatformException;
import dev.samdan.engine.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the image of a build: a name without a registry is looked for in the own registry first, as
 * in FROM, and a name of Amazon ECR means the own registry.
 */
final class BuildImages {
  private static final Pattern ECR =
      Pattern.compile("\\d{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com(?:\\.cn)?/(.+)");
  private static final Pattern WITH_REGISTRY = Pattern.compile("(localhost|[^/]*[.:][^/]*)/.+");

  private final Engine engine;

  BuildImages(Engine engine) {
    this.engine = engine;
  }

  /**
   * The name under which the engine now has the image.
   *
   * @throws PlatformException UNAVAILABLE where it is nowhere to be had
   */
  String find(String image) throws InterruptedException {
    engine.require();
    List<String> why = new ArrayList<>();
    for (String name : names(image)) {
      if (has(name) || pull(name, why)) {
        return name;
      }
    }
    throw PlatformException.unavailable(
        "the image "
            + image
            + " is neither in the engine nor in a registry that answers: "
            + String.join("; ", why));
  }

  private List<String> names(String image) {
    String own = engine.registry().orElse("");
    Matcher ecr = ECR.matcher(image);
    if (ecr.matches() && !own.isEmpty()) {
      return List.of(own + "/" + ecr.group(1));
    }
    return own.isEmpty() || WITH_REGISTRY.matcher(image).matches()
        ? List.of(image)
        : List.of(own + "/" + image, image);
  }

  /**
   * A tag of the own registry may have moved since the engine pulled it, so that is asked again.
   */
  private boolean has(String name) {
    if (engine.registry().filter(own -> name.startsWith(own + "/")).isPresent()) {
      return false;
    }
    try {
      engine.client().inspectImageCmd(name).exec();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }

  private boolean pull(String name, List<String> why) throws InterruptedException {
    int slash = name.lastIndexOf('/');
    boolean tagged = name.indexOf(':', slash + 1) >= 0 || name.contains("@");
    PullImageCmd pull = engine.client().pullImageCmd(tagged ? name : name + ":latest");
    if (slash > 0) {
      engine.authorisation(name.substring(0, name.indexOf('/'))).ifPresent(pull::withAuthConfig);
    }
    try {
      pull.exec(new PullImageResultCallback()).awaitCompletion();
      return true;
    } catch (DockerException | DockerClientException e) {
      why.add(name + ": " + String.valueOf(e.getMessage()).strip());
      return false;
    }
  }
}
