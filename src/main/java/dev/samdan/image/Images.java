package dev.samdan.image;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import dev.samdan.base.Problem;
import dev.samdan.database.Database;
import dev.samdan.engine.Engine;
import dev.samdan.registry.Registry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds images, keeps the logs of their builds, and knows which base image a commit belongs to.
 */
public final class Images {
  private static final Logger LOG = LoggerFactory.getLogger(Images.class);
  private static final int DOCKERFILE_SIZE = 1 << 20;
  private final List<Path> scratch;
  private final ImageBuilder builder;
  private final EngineBuilder engine;
  private final ImageRows rows;
  private final ImageLogs logs;

  /**
   * @param engine builds what the built-in builder cannot
   * @param address of the registry as people push to it, such as {@code localhost:7070}
   */
  public Images(Path home, Database database, Registry registry, Engine engine, String address) {
    BaseFinder bases = new BaseFinder(registry, address);
    Path layers = home.resolve("registry").resolve("scratch");
    Path secrets = home.resolve("engine").resolve("build");
    this.scratch = List.of(layers, secrets);
    this.builder = new ImageBuilder(registry, bases, layers);
    this.engine = new EngineBuilder(engine, registry, bases, address, secrets);
    this.rows = new ImageRows(database);
    this.logs = new ImageLogs(home.resolve("logs").resolve("images"));
  }

  /**
   * What an image is built from.
   *
   * @param files a folder, or an artifact's zip
   * @param folder below it that COPY and ADD read, {@code ""} for the whole
   * @param dockerfile below that folder, such as {@code docker/Dockerfile}; a folder means the
   *     Dockerfile in it
   */
  public record Context(Path files, String folder, String dockerfile) {}

  /**
   * One image to build.
   *
   * @param arguments values of ARG
   * @param target the stage to build, null for the last
   * @param repository where the image goes
   * @param tags may be empty: the digest names the image anyway
   * @param log takes each step's line
   * @param secrets the value of a secret by the id that {@code RUN --mount=type=secret} names
   * @param reading refuses, FORBIDDEN, a repository of this registry that the image may not take
   *     anything from
   */
  public record ImageBuild(
      Context context,
      Map<String, String> arguments,
      @Nullable String target,
      String repository,
      List<String> tags,
      Consumer<String> log,
      Function<String, Optional<String>> secrets,
      Consumer<String> reading) {
    /** A build that knows no secrets and may begin with every image that is here. */
    public ImageBuild(
        Context context,
        Map<String, String> arguments,
        @Nullable String target,
        String repository,
        List<String> tags,
        Consumer<String> log) {
      this(context, arguments, target, repository, tags, log, id -> Optional.empty(), name -> {});
    }
  }

  /**
   * Clears what builds left that an earlier control did not live to end: secrets in plain text,
   * unpacked layers. Called before anything is built.
   */
  public void start() {
    for (Path folder : scratch) {
      try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
        for (Path file : left) {
          Files.deleteIfExists(file);
        }
      } catch (NoSuchFileException e) {
        continue; // Nothing was built yet.
      } catch (IOException e) {
        LOG.warn("could not clear what builds left in {}", folder, e);
      }
    }
  }

  /**
   * Builds and stores an image. A Dockerfile that runs nothing and begins with what is in this
   * registry is built here, and the same input gives the same digest; any other one by the Docker
   * engine, where one answers. What is wrong is INVALID with file and line.
   */
  public Digest build(ImageBuild build) throws InterruptedException {
    return buildFrom(build).digest();
  }

  /**
   * Lines of an image build's log from this number (from 1) on, at most so many; NOT_FOUND for an
   * unknown one.
   */
  public ImageLog log(UUID actionExecution, long from, int limit) {
    return logs.read(actionExecution, from, limit);
  }

  /** Whether the base image of this commit, the last that touched it, is ready or being built. */
  public boolean hasBase(String application, String commit) {
    return base(application, commit).filter(b -> b.status() != BaseImage.Status.Failed).isPresent();
  }

  /** The base image of this commit, the last that touched what it is made of. */
  public Optional<BaseImage> base(String application, String commit) {
    return rows.base(new ImageRows.Key(application, BaseImages.TIER, commit));
  }

  /** The application's base images, newest first. */
  public List<BaseImage> bases(String application) {
    return rows.bases(application);
  }

  /** What an image was built from; empty for one that was pushed. */
  public Optional<BuiltImage> builtImage(String repository, Digest digest) {
    return rows.builtImage(repository, digest);
  }

  /** The application's images as they were built, newest first. */
  public List<BuiltImage> builtImages(String application, int limit) {
    return rows.builtImages(application, limit);
  }

  /** Forgets what is known of an application's images; they stay in the registry. */
  public void forget(String application) {
    rows.forget(application);
    if (engine.isThere()) {
      engine.forget(application + "/");
    }
  }

  ImageBuilder.Built buildFrom(ImageBuild build) throws InterruptedException {
    Context context = build.context();
    try (ContextReader reader = new ContextReader()) {
      FileTree files = reader.read(context.files(), context.folder());
      String path = dockerfilePath(files, context.dockerfile());
      String text = text(files, path);
      Dockerfile dockerfile = Dockerfile.parse(path, text);
      String ignore =
          files.exists(path + ".dockerignore") ? path + ".dockerignore" : ".dockerignore";
      List<String> ignored =
          files.exists(ignore) ? DockerIgnore.parse(text(files, ignore)).applyTo(files) : List.of();
      Problem.throwErrors(dockerfile.problems());
      return engine.isThere() && engine.isNeeded(dockerfile, text, build)
          ? engine.build(dockerfile, text, files, build)
          : builder.build(dockerfile, files, ignored, build);
    } catch (IOException e) {
      throw new PlatformException(
          PlatformException.Code.INTERNAL, "cannot read the build context: " + e.getMessage(), e);
    }
  }

  ImageRows rows() {
    return rows;
  }

  ImageLogs logs() {
    return logs;
  }

  private static String dockerfilePath(FileTree files, String given) {
    String path = given.strip().replaceFirst("^(\\./|/)+", "").replaceFirst("/+$", "");
    path = path.equals(".") ? "" : path;
    if (files.isFolder(files.resolve(path, true))) {
      path = path.isEmpty() ? "Dockerfile" : path + "/Dockerfile";
    }
    if (!(files.node(files.resolve(path, true)).orElse(null) instanceof FileTree.Regular)) {
      String found =
          files.all().keySet().stream()
              .filter(p -> p.substring(p.lastIndexOf('/') + 1).startsWith("Dockerfile"))
              .findFirst()
              .map(p -> "; there is " + p)
              .orElse("; the build's artifacts (buildspec.yml) must hold it");
      throw PlatformException.notFound("there is no " + path + " in the build context" + found);
    }
    return path;
  }

  private static String text(FileTree files, String path) throws IOException {
    if (!(files.node(files.resolve(path, true)).orElse(null) instanceof FileTree.Regular file)) {
      throw PlatformException.invalid(path + " is not a file");
    }
    try (InputStream in = file.content().open()) {
      return new String(in.readNBytes(DOCKERFILE_SIZE + 1), StandardCharsets.UTF_8);
    }
  }
}
