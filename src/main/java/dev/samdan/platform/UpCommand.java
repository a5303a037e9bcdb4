package dev.samdan.platform;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.cli.ApiClient;
import dev.samdan.cli.Verb;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code samdan up}: starts or adopts the database, the edge and control. */
@Command(name = "up", description = "Starts (or adopts) the database, the edge and control.")
final class UpCommand extends Verb implements Callable<Integer> {
  @Option(names = "--detach", description = "Return when ready.")
  boolean detach;

  @Option(names = "--port", description = "Console, API, git and registry (default: 7070).")
  @Nullable Integer port;

  @Option(names = "--edge-port", description = "The edge (default: 8080).")
  @Nullable Integer edgePort;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      description = "The address to listen on (default: 127.0.0.1).")
  @Nullable String bind;

  @Option(names = "--runtime", description = "auto, process or docker (default: auto).")
  @Nullable String runtime;

  @Option(
      names = "--machine-access",
      paramLabel = "APP",
      split = ",",
      description =
          "Applications whose task definitions may ask for the machine itself: its folders,"
              + " privileged containers. '' for none (default).")
  @Nullable List<String> machineAccess;

  @Override
  public Integer call() throws InterruptedException {
    Path home = home();
    Home.prepare(home);
    Settings settings = Settings.of(home, port, edgePort, bind, runtime, machineAccess);
    Start start = new Start(home, settings, line -> System.err.println(line));
    ControlProcess.Ready ready = start.untilReady();
    ApiClient api = client(home, null, null);
    String link = api.post("/sign-in-links", Map.of()).path("url").asString("");
    if (wantsJson()) {
      print(
          Json.mapper()
              .valueToTree(Map.of("url", ready.url(), "signIn", link, "pid", ready.pid())));
    } else {
      System.out.println("Samdan is up: " + ready.url());
      System.out.println("Sign in (once, within 10 minutes): " + link);
    }
    if (!detach) {
      System.out.println(
          "Ctrl-C stops control; the edge, the database and the tasks go on. 'samdan down' stops"
              + " them.");
      waitForEnd(home, ready);
    }
    return 0;
  }

  /** Returns where control was told to end, such as by {@code samdan down}; UNAVAILABLE else. */
  private static void waitForEnd(Path home, ControlProcess.Ready ready)
      throws InterruptedException {
    Thread stop = new Thread(() -> Stop.control(home));
    Runtime.getRuntime().addShutdownHook(stop);
    while (ready.process().isAlive()) {
      Thread.sleep(500);
    }
    Runtime.getRuntime().removeShutdownHook(stop);
    ControlProcess control = new ControlProcess(home);
    if (!control.endedInOrder()) {
      throw PlatformException.unavailable("control ended by itself: its log is " + control.log());
    }
  }
}
