package dev.samdan.build;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import com.github.dockerjava.api.model.WaitResponse;
import dev.samdan.base.PlatformException;
import dev.samdan.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/**
 * A build in a container of its own. The container shares the machine's network, so that addresses
 * of this machine mean the same in it, and sees of the machine's files only the build's own.
 */
final class ContainerProcess implements BuildProcess {
  /** Where CodeBuild has it. */
  static final Path HOME = Path.of("/root");

  static final Path TEMPORARY = Path.of("/tmp");
  private static final String KIND = "build";

  /** Of 1024, which a container has otherwise: what is live comes first. */
  private static final int CPU_SHARES = 256;

  private static final long MOST_PROCESSES = 8192;
  private static final int OOM_SCORE = 500;
  private static final long PATIENCE_NANOS = 10_000_000_000L;
  private static final long PAUSE_NANOS = 10_000_000L;

  /** How late an engine may notice that memory was what ended a container. */
  private static final long NOTICE_NANOS = 3_000_000_000L;

  /** What a process that was ended by SIGKILL exits with. */
  private static final long KILLED = 137;

  private final Engine engine;
  private final String id;
  private volatile boolean ended;

  private ContainerProcess(Engine engine, String id) {
    this.engine = engine;
    this.id = id;
  }

  /**
   * Starts a command, whose environment stands in a file that only it can read.
   *
   * @throws PlatformException UNAVAILABLE where the engine cannot start it, such as an image
   *     without a shell
   */
  static ContainerProcess start(
      Workplace.Container where,
      BuildRequest request,
      ControlFolder control,
      List<String> command,
      Map<String, String> environment)
      throws IOException {
    Engine engine = where.engine();
    String name = request.uuid();
    Path variables = control.file("environment");
    Files.createFile(
        variables,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(variables, assignments(environment, control.file("bin")));
    Files.setPosixFilePermissions(
        request.work().resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
    List<String> words = new ArrayList<>(List.of("-c", ". \"$0\" && exec \"$@\""));
    words.add(variables.toString());
    words.addAll(command);
    DockerClient client = engine.client();
    try {
      String id =
          client
              .createContainerCmd(where.image())
              .withName("samdan-build-" + name)
              .withLabels(engine.labels(KIND, name))
              .withEntrypoint("/bin/sh")
              .withCmd(words)
              .withUser(user(control.path()))
              .withWorkingDir(request.source().toString())
              .withHostConfig(host(seen(request), request.terms().limits()))
              .exec()
              .getId();
      ContainerProcess started = new ContainerProcess(engine, id);
      try {
        client.startContainerCmd(id).exec();
        client.waitContainerCmd(id).exec(started.new End());
      } catch (DockerException e) {
        started.stop(Duration.ZERO);
        throw e;
      }
      return started;
    } catch (DockerException e) {
      throw new PlatformException(
          PlatformException.Code.UNAVAILABLE,
          "a container of "
              + where.image()
              + " does not start; it needs /bin/sh: "
              + String.valueOf(e.getMessage()).strip(),
          e);
    }
  }

  /** The machine's folders by their paths in the container. */
  static Map<Path, Path> seen(BuildRequest request) {
    Map<Path, Path> seen = new LinkedHashMap<>();
    seen.put(request.work(), request.work());
    if (!request.source().startsWith(request.work())) {
      seen.put(request.source(), request.source());
    }
    seen.put(HOME, request.home());
    seen.put(TEMPORARY, request.work().resolve("tmp"));
    return seen;
  }

  /** The image's own PATH stays, with the build's commands before it. */
  private static String assignments(Map<String, String> environment, Path commands) {
    StringBuilder text = new StringBuilder();
    environment.forEach((name, value) -> {
      if (name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
        String quoted = ControlFolder.quote(value.replace("\0", ""));
        text.append("export ").append(name).append('=').append(quoted).append('\n');
      }
    });
    return text.append("export PATH=")
        .append(ControlFolder.quote(commands.toString()))
        .append(":\"$PATH\"\n")
        .toString();
  }

  private static HostConfig host(Map<Path, Path> seen, BuildLimits limits) {
    List<Bind> binds =
        seen.entrySet().stream()
            .map(e -> new Bind(e.getValue().toString(), new Volume(e.getKey().toString())))
            .toList();
    HostConfig host =
        HostConfig.newHostConfig()
            .withBinds(binds)
            .withNetworkMode("host")
            .withCpuShares(CPU_SHARES)
            .withPidsLimit(MOST_PROCESSES)
            .withOomScoreAdj(OOM_SCORE);
    if (limits.memoryMiB() > 0) {
      long bytes = (long) limits.memoryMiB() << 20;
      host.withMemory(bytes).withMemorySwap(bytes);
    }
    if (limits.cpus() > 0) {
      host.withNanoCPUs(limits.cpus() * 1_000_000_000L);
    }
    return host;
  }

  /**
   * Root in the container as on CodeBuild; a plain user's build must leave files that are its own.
   */
  private static String user(Path control) throws IOException {
    return Files.getAttribute(control, "unix:uid") + ":" + Files.getAttribute(control, "unix:gid");
  }

  /** Is told when the container ends, and when the engine goes. */
  private final class End extends ResultCallback.Adapter<WaitResponse> {
    @Override
    public void onComplete() {
      ended = true;
      super.onComplete();
    }

    @Override
    public void onError(Throwable problem) {
      ended = true;
      super.onError(problem);
    }
  }

  @Override
  public boolean isAlive() {
    return !ended;
  }

  @Override
  public void stop(Duration grace) {
    remove(engine, id);
    ended = true;
  }

  /**
   * Whether the shell itself was killed because the memory was used up; the engine knows it a
   * moment after the end.
   */
  boolean ranOutOfMemory() {
    long end = System.nanoTime() + NOTICE_NANOS;
    try {
      InspectContainerResponse.ContainerState state;
      do {
        state = engine.client().inspectContainerCmd(id).exec().getState();
        if (Boolean.TRUE.equals(state.getOOMKilled())) {
          return true;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      } while (Objects.equals(state.getExitCodeLong(), KILLED) && System.nanoTime() < end);
    } catch (DockerException e) {
      // Without the engine nobody knows it.
      return false;
    }
    return false;
  }

  /** Returns when it is gone, whoever removes it. */
  private static void remove(Engine engine, String id) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (System.nanoTime() < end) {
      try {
        engine.client().removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
        return;
      } catch (NotFoundException e) {
        return;
      } catch (ConflictException e) {
        // Another thread removes it already.
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  /** Removes the containers of builds that a dead control of this home left. */
  static void endLeft(Engine engine) {
    if (engine.facts().isEmpty()) {
      return;
    }
    List<Container> left =
        engine
            .client()
            .listContainersCmd()
            .withShowAll(true)
            .withLabelFilter(Map.of(Engine.HOME_LABEL, engine.homeId(), Engine.KIND_LABEL, KIND))
            .exec();
    left.forEach(container -> remove(engine, container.getId()));
  }
}
