package dev.samdan.image;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import dev.samdan.engine.Engine;
import dev.samdan.registry.Registry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Builds a Dockerfile's image with a Docker engine's own builder and pushes it into this registry.
 * Every image it leaves in the engine, as the cache of later builds, carries this home's labels.
 * BuildKit, whose cache is the engine's own, builds only what asks for it.
 */
final class EngineBuilder {
  /** As many builds at once as leave the machine to what is live. */
  private static final int AT_ONCE = 2;

  /** Of 1024, which a container has otherwise: what is live comes first. */
  private static final String CPU_SHARES = "256";

  private static final Pattern PUSHED = Pattern.compile(".*digest: (sha256:[0-9a-f]{64}) .*");
  private static final String KIND = "image";
  private final Engine engine;
  private final Registry registry;
  private final BaseFinder bases;
  private final String address;
  private final Path scratch;
  private final EngineCache cache;
  private final Semaphore places = new Semaphore(AT_ONCE, true);

  /**
   * Builds that end under one name wait for each other, since a push takes what the name means by
   * then. By the names' hash: there are ever more names.
   */
  private final List<ReentrantLock> names = Stream.generate(ReentrantLock::new).limit(64).toList();

  private final ReentrantLock asking = new ReentrantLock();
  private @Nullable Boolean buildKit;

  /**
   * @param address of this registry as the engine reaches it where nobody signed in to another
   * @param scratch a folder for the files of secrets, which are gone after the build
   */
  EngineBuilder(Engine engine, Registry registry, BaseFinder bases, String address, Path scratch) {
    this.scratch = scratch;
    this.engine = engine;
    this.registry = registry;
    this.bases = bases;
    this.address = address;
    this.cache = new EngineCache(engine, KIND);
  }

  /** Whether an engine answers. */
  boolean isThere() {
    return engine.facts().isPresent();
  }

  /**
   * Whether this Dockerfile needs the engine: it runs something, or begins with what is not here.
   */
  boolean isNeeded(Dockerfile file, String text, Images.ImageBuild build) {
    EngineDockerfile.Names names = name -> bases.own(name, build, address);
    List<Dockerfile.Stage> stages = file.needed(build.target());
    return stages.stream()
            .flatMap(stage -> stage.instructions().stream())
            .anyMatch(Instruction.NeedsEngine.class::isInstance)
        || !EngineDockerfile.of(file, text, build, Map.of(), names).foreign().isEmpty();
  }

  ImageBuilder.Built build(Dockerfile file, String text, FileTree context, Images.ImageBuild build)
      throws InterruptedException {
    file.problems().forEach(problem -> build.log().accept(problem.toString()));
    boolean modern = needsBuildKit(file, build);
    if (modern && !hasBuildKit()) {
      refuseWhatNeedsBuildKit(file, build);
    }
    if (modern) {
      EngineDockerfile.requireKnownFrontend(file, text);
    }
    String registryName = engine.registry().orElse(address);
    Map<String, String> labels = engine.labels(KIND, build.repository());
    EngineDockerfile rewritten =
        EngineDockerfile.of(
            file,
            text,
            build,
            modern ? Map.of() : labels,
            name -> bases.own(name, build, registryName));
    rewritten
        .foreign()
        .forEach(
            name -> build.log().accept(name + " is not in this registry; the engine looks for it"));
    String tag = build.tags().isEmpty() ? "latest" : build.tags().getFirst();
    String name = registryName + "/" + build.repository() + ":" + tag;
    ReentrantLock naming = names.get(Math.floorMod(name.hashCode(), names.size()));
    naming.lockInterruptibly();
    try {
      places.acquire();
      try {
        carryOut(file, rewritten, context, build, modern, name);
        Digest digest = push(name, build);
        for (String other : build.tags()) {
          registry.tag(build.repository(), digest, other);
        }
        build
            .log()
            .accept(
                "stored "
                    + build.repository()
                    + "@"
                    + digest
                    + (build.tags().isEmpty() ? "" : " as " + String.join(", ", build.tags())));
        return new ImageBuilder.Built(digest, rewritten.base());
      } finally {
        places.release();
        cache.trim(build.repository());
      }
    } finally {
      naming.unlock();
    }
  }

  /** Forgets what the engine keeps of these repositories' builds. */
  void forget(String repositoryPrefix) {
    cache.forget(repositoryPrefix);
  }

  private void carryOut(
      Dockerfile file,
      EngineDockerfile rewritten,
      FileTree context,
      Images.ImageBuild build,
      boolean modern,
      String name)
      throws InterruptedException {
    List<String> words =
        new ArrayList<>(List.of("build", "--file", file.file(), "--tag", name, "--force-rm"));
    if (modern) {
      words.addAll(List.of("--progress", "plain"));
      engine
          .labels(KIND, build.repository())
          .forEach((label, value) -> words.addAll(List.of("--label", label + "=" + value)));
    } else {
      words.addAll(List.of("--cpu-shares", CPU_SHARES));
    }
    EngineDockerfile.declared(file, build.arguments())
        .forEach((argument, value) -> words.addAll(List.of("--build-arg", argument + "=" + value)));
    if (build.target() != null) {
      words.addAll(List.of("--target", build.target()));
    }
    try (EngineSecrets secrets = EngineSecrets.of(file, build, scratch)) {
      words.addAll(secrets.words());
      words.add("-");
      EngineLog log = new EngineLog(build.log(), file.file(), rewritten.steps());
      int status =
          command(words, modern)
              .run(
                  out -> LayerWriter.write(rewritten.in(context, file.file()).all(), out),
                  secrets.masking(log));
      if (status != 0) {
        throw PlatformException.invalid(log.failure());
      }
    }
  }

  private Digest push(String name, Images.ImageBuild build) throws InterruptedException {
    List<String> said = new ArrayList<>();
    int status =
        command(List.of("push", name), false)
            .run(
                null,
                line -> {
                  said.add(line);
                  if (said.size() > 200) {
                    said.removeFirst();
                  }
                });
    for (String line : said.reversed()) {
      Matcher pushed = PUSHED.matcher(line);
      if (status == 0 && pushed.matches()) {
        return Digest.parse(pushed.group(1));
      }
    }
    said.forEach(build.log());
    throw new PlatformException(
        PlatformException.Code.UNAVAILABLE,
        "the image was built, but the engine could not push it to "
            + name
            + ": "
            + (said.isEmpty() ? "it said nothing" : said.getLast())
            + ". The engine must reach this registry at that address");
  }

  private EngineCommand command(List<String> arguments, boolean modern) {
    return new EngineCommand(
        engine.cli(arguments.toArray(String[]::new)),
        Map.of("DOCKER_BUILDKIT", modern ? "1" : "0", "DOCKER_CLI_HINTS", "false"));
  }

  /**
   * Whether the docker command can drive BuildKit: up to 22 by itself, since then with its plugin
   * buildx.
   */
  private boolean hasBuildKit() throws InterruptedException {
    asking.lockInterruptibly();
    try {
      Boolean known = buildKit;
      if (known == null) {
        List<String> said = new ArrayList<>();
        command(List.of("version", "--format", "{{.Client.Version}}"), false).run(null, said::add);
        known =
            said.stream().anyMatch(line -> line.matches("(1[89]|2[0-2])\\..*"))
                || command(List.of("buildx", "version"), true).run(null, line -> {}) == 0;
        buildKit = known;
      }
      return known;
    } finally {
      asking.unlock();
    }
  }

  private static boolean needsBuildKit(Dockerfile file, Images.ImageBuild build) {
    return file.needed(build.target()).stream()
        .flatMap(stage -> stage.instructions().stream())
        .anyMatch(EngineBuilder::needsBuildKit);
  }

  private static void refuseWhatNeedsBuildKit(Dockerfile file, Images.ImageBuild build) {
    String problems =
        file.needed(build.target()).stream()
            .flatMap(stage -> stage.instructions().stream())
            .filter(EngineBuilder::needsBuildKit)
            .map(i ->
                file.file()
                    + ":"
                    + i.at().line()
                    + ": '"
                    + i.at().text()
                    + "' needs BuildKit, which the docker command drives with its plugin buildx,"
                    + " and that is not installed where control runs (package docker-buildx or"
                    + " docker-buildx-plugin)"
                    + (i instanceof Instruction.NeedsEngine it && !it.mend().isEmpty()
                        ? "; or " + it.mend()
                        : ""))
            .collect(Collectors.joining("\n"));
    if (!problems.isEmpty()) {
      throw PlatformException.invalid(problems);
    }
  }

  private static boolean needsBuildKit(Instruction instruction) {
    return switch (instruction) {
      case Instruction.NeedsEngine it -> it.buildKit();
      case Instruction.Copy it -> it.flags().containsKey("chmod") || it.flags().containsKey("link");
      default -> false;
    };
  }
}
