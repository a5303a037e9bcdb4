package dev.samdan.build;

import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.samdan.base.PlatformException;
import dev.samdan.engine.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
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

  private static final long LOOK_MILLIS = 200;

  private final Engine engine;
  private final BooleanSupplier over;

  /**
   * @param over whether the build was stopped or its time is up
   */
  BuildImages(Engine engine, BooleanSupplier over) {
    this.engine = engine;
    this.over = over;
  }

  /**
   * The name under which the engine now has the image.
   *
   * @throws PlatformException UNAVAILABLE where it is nowhere to be had, or the build is over
   */
  String find(String image) throws InterruptedException {
    engine.require();
    List<String> why = new ArrayList<>();
    for (String name : names(image)) {
      if (has(name)) {
        return name;
      }
      try {
        pull(name);
        return name;
      } catch (DockerException | DockerClientException e) {
        why.add(name + ": " + String.valueOf(e.getMessage()).strip());
        if (!isNotFound(e)) {
          // A registry that does not answer may hold it: another one's image is not the same.
          break;
        }
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

  private void pull(String name) throws InterruptedException {
    int slash = name.lastIndexOf('/');
    boolean tagged = name.indexOf(':', slash + 1) >= 0 || name.contains("@");
    PullImageCmd command = engine.client().pullImageCmd(tagged ? name : name + ":latest");
    if (slash > 0) {
      engine.authorisation(name.substring(0, name.indexOf('/'))).ifPresent(command::withAuthConfig);
    }
    try (Pull pull = command.exec(new Pull())) {
      while (!pull.ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (over.getAsBoolean()) {
          throw PlatformException.unavailable("the build ended while " + name + " was pulled");
        }
      }
      pull.awaitCompletion();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Can be waited for a while: the one that it extends ends with its first wait. */
  private static final class Pull extends PullImageResultCallback {
    private final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public void onComplete() {
      super.onComplete();
      ended.countDown();
    }

    @Override
    public void onError(Throwable problem) {
      super.onError(problem);
      ended.countDown();
    }
  }

  /** The engine answers 404, or says it where it tells of its progress. */
  private static boolean isNotFound(RuntimeException e) {
    String text = String.valueOf(e.getMessage());
    return e instanceof NotFoundException
        || text.contains("not found")
        || text.contains("manifest unknown");
  }
}
