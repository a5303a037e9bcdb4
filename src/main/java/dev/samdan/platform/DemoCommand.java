package dev.samdan.platform;

import dev.samdan.base.PlatformException;
import dev.samdan.cli.ApiClient;
import dev.samdan.cli.Verb;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code samdan demo}: the sample application from push to live, dev and production. */
@Command(name = "demo", description = "Delivers the sample application: dev, then production.")
final class DemoCommand extends Verb implements Callable<Integer> {
  private static final String APPLICATION = "sample";

  @Option(
      names = "--detach",
      description = "Approve by itself and return, everything left running.")
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

  @Override
  public Integer call() throws InterruptedException {
    Path home = home();
    Home.prepare(home);
    Settings settings = Settings.of(home, port, edgePort, bind, null, null);
    say("Starting Samdan in " + home);
    String url = new Start(home, settings, this::say).untilReady().url();
    ApiClient api = client(home, null, null);
    say(
        "The console: "
            + api.post("/sign-in-links", Map.of()).path("url").asString("")
            + "  (once, within 10 minutes)");

    createApplication(api);
    SampleRepository sample =
        SampleRepository.prepare(
            Program.source().resolve("sample"), libraries(), home.resolve("demo"));
    deliverToDev(api, sample, url, home);
    deliverToProduction(api, url);
    end(api, settings);
    if (!detach) {
      showRooms(api);
    }
    return 0;
  }

  private void createApplication(ApiClient api) {
    for (JsonNode application : api.get("/applications").path("applications")) {
      if (text(application, "name").equals(APPLICATION)) {
        return;
      }
    }
    api.post("/applications", Map.of("name", APPLICATION));
    say("The application " + APPLICATION + " is there.");
  }

  private static Path libraries() {
    return Program.folder().orElse(Program.source().resolve("target")).resolve("lib");
  }

  private void deliverToDev(ApiClient api, SampleRepository sample, String url, Path home)
      throws InterruptedException {
    say("Pushing to dev");
    String commit = push(sample, url, home, "dev");
    mustSucceed(new Following(api, APPLICATION, "dev", commit, this::say).until(false));
    say("dev is live.");
  }

  private void deliverToProduction(ApiClient api, String url) throws InterruptedException {
    say("Merging dev into main");
    String commit = SampleRepository.release(api, APPLICATION);
    Following production = new Following(api, APPLICATION, "prod", commit, this::say);
    List<JsonNode> waiting = production.until(true);
    List<JsonNode> asking = waiting.stream().filter(e -> !Following.ended(e)).toList();
    if (!asking.isEmpty() && !detach) {
      say("Production waits for you: press Enter to approve, or open " + url + "/waiting");
      waitForEnter();
    }
    for (JsonNode execution : asking) {
      approve(api, text(execution, "pipeline"));
    }
    mustSucceed(production.until(false));
    say("prod is live. No request was lost.");
  }

  /** Approves unless somebody did in the console meanwhile. */
  private void approve(ApiClient api, String pipeline) {
    try {
      api.post(
          "/pipelines/" + encode(pipeline) + "/approve", Map.of("comment", "approved in the demo"));
    } catch (PlatformException e) {
      if (e.code() != PlatformException.Code.CONFLICT
          && e.code() != PlatformException.Code.NOT_FOUND) {
        throw e;
      }
    }
  }

  private static String push(SampleRepository sample, String url, Path home, String branch) {
    String token = Credentials.read(home.resolve("credentials")).orElseThrow().token();
    URI remote = URI.create(url + "/git/" + APPLICATION + ".git");
    sample.connect(remote, home);
    sample.push(remote, token, branch);
    return sample.head();
  }

  private static void mustSucceed(List<JsonNode> executions) {
    List<String> failed = new ArrayList<>();
    for (JsonNode execution : executions) {
      if (!Following.succeeded(execution)) {
        failed.add(
            text(execution, "pipeline")
                + " "
                + text(execution, "status")
                + ": samdan execution show "
                + text(execution, "id"));
      }
    }
    if (!failed.isEmpty()) {
      throw PlatformException.unavailable(
          "the sample could not be delivered:\n" + String.join("\n", failed));
    }
  }

  private static void waitForEnter() {
    try {
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    } catch (IOException e) {
      throw new PlatformException(
          PlatformException.Code.UNAVAILABLE,
          "Enter could not be read: give --detach where nobody sits",
          e);
    }
  }

  private void end(ApiClient api, Settings settings) {
    if (wantsJson()) {
      print(api.get("/status?application=" + APPLICATION));
      return;
    }
    System.out.println();
    System.out.println("production  http://sample.localhost:" + settings.edgePort() + "/");
    System.out.println("dev         http://sample-dev.localhost:" + settings.edgePort() + "/");
    System.out.println("console     " + settings.url() + "/");
    System.out.println();
    System.out.println("Three things to try in " + home().resolve("demo") + ":");
    System.out.println(
        "  break a test    change what api/src/sample/Employees.java answers, commit,"
            + " git push samdan HEAD:dev");
    System.out.println("  a wrong branch  git push samdan HEAD:new-page");
    System.out.println(
        "  a stale base    add a comment to api/libraries.txt, commit, git push samdan HEAD:dev:"
            + " sample-base builds first");
  }

  /** Stays and shows what is said in the rooms, until Ctrl-C. */
  private void showRooms(ApiClient api) throws InterruptedException {
    System.out.println();
    System.out.println("The rooms (Ctrl-C leaves; everything goes on):");
    long seen = 0;
    while (true) {
      long newest = seen;
      for (JsonNode room : api.get("/rooms").path("rooms")) {
        String name = text(room, "name");
        List<JsonNode> messages = new ArrayList<>();
        api.get("/rooms/" + encode(name) + "/messages?limit=50")
            .path("messages")
            .forEach(messages::add);
        for (JsonNode message : messages.reversed()) {
          if (message.path("id").asLong() > seen) {
            System.out.println("  " + name + "  " + text(message, "text"));
            newest = Math.max(newest, message.path("id").asLong());
          }
        }
      }
      seen = newest;
      Thread.sleep(1_000);
    }
  }

  private void say(String line) {
    if (wantsJson()) {
      System.err.println(line);
    } else {
      System.out.println(line);
    }
  }
}
