package dev.samdan.deploy;

import dev.samdan.application.Environment;
import dev.samdan.application.HookDeclaration;
import dev.samdan.base.Json;
import dev.samdan.runtime.OneOff;
import dev.samdan.runtime.TaskDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs what stands at a lifecycle event: a command once in the new image, or a call to an address,
 * which answers at once or later (CodeDeploy API, PutLifecycleEventHookExecutionStatus).
 */
final class LifecycleHooks {
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int ANSWER_BYTES = 64 << 10;
  private static final int ACCEPTED = 202;

  private final Parts parts;
  private final Deployment deployment;
  private final ServicePlan plan;
  private final Environment environment;
  private final Steps steps;

  LifecycleHooks(
      Parts parts, Deployment deployment, ServicePlan plan, Environment environment, Steps steps) {
    this.parts = parts;
    this.deployment = deployment;
    this.plan = plan;
    this.environment = environment;
    this.steps = steps;
  }

  /** Runs the event's hook, where there is one, to its end; gives one line about it. */
  Optional<String> run(String event, TaskDefinition definition, Map<String, String> variables)
      throws InterruptedException, DeploymentFailure, DeploymentStopped {
    HookDeclaration hook = plan.hooks().get(event);
    if (hook == null) {
      return Optional.empty();
    }
    steps.begin(event, event + ": " + hook.text());
    LifecycleRows.HookExecution execution = parts.lifecycle().hookBegins(deployment.id(), event);
    Optional<URI> address = hook.address();
    if (address.isPresent()) {
      call(event, hook, address.get(), execution);
    } else {
      command(event, hook, definition, variables, execution);
    }
    return Optional.of(hook.text());
  }

  /** As {@link #run}, and the event is over with it. */
  void runAlone(String event, TaskDefinition definition, Map<String, String> variables)
      throws InterruptedException, DeploymentFailure, DeploymentStopped {
    if (plan.hooks().containsKey(event) && !steps.done(event)) {
      String line = run(event, definition, variables).orElse("");
      steps.end(event, line);
    }
  }

  private void command(
      String event,
      HookDeclaration hook,
      TaskDefinition definition,
      Map<String, String> variables,
      LifecycleRows.HookExecution execution)
      throws InterruptedException, DeploymentFailure, DeploymentStopped {
    Map<String, String> given = new LinkedHashMap<>(variables);
    given.put("APPLICATION_NAME", deployment.application());
    given.put("DEPLOYMENT_GROUP_NAME", deployment.group());
    given.put("DEPLOYMENT_ID", deployment.id());
    given.put("LIFECYCLE_EVENT", event);
    given.put("LIFECYCLE_EVENT_HOOK_EXECUTION_ID", execution.id().toString());
    given.put("SAMDAN_ATTEMPT", String.valueOf(execution.attempt()));
    given.put("SAMDAN_TARGET_URL", target(event));
    OneOff oneOff =
        new OneOff(
            deployment.id() + "-" + event.toLowerCase(Locale.ROOT),
            deployment.application(),
            deployment.environment(),
            definition,
            hook.command(),
            given,
            hook.timeout());
    OneOff.Result result =
        awaited(inBackground(() -> parts.tasks().run(oneOff)), Instant.MAX).orElseThrow();
    if (!result.succeeded()) {
      throw steps.fail(
          event, "HOOK_EXECUTION_FAILURE", Explanations.hook(event, hook, oneOff, result));
    }
  }

  private void call(
      String event, HookDeclaration hook, URI address, LifecycleRows.HookExecution execution)
      throws InterruptedException, DeploymentFailure, DeploymentStopped {
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put("DeploymentId", deployment.id());
    payload.put("LifecycleEventHookExecutionId", execution.id().toString());
    payload.put("lifecycleEvent", event);
    payload.put("attempt", execution.attempt());
    payload.put("application", deployment.application());
    payload.put("environment", deployment.environment());
    payload.put("taskDefinition", deployment.taskDefinition());
    payload.put("image", deployment.image());
    payload.put("targetUrl", target(event));
    Instant until = Instant.now().plus(hook.timeout());
    Answer answer =
        awaited(inBackground(() -> post(address, Json.write(payload), hook.timeout())), until)
            .orElseThrow(
                () -> failed(event, hook, "did not answer within " + text(hook.timeout()) + "."));
    String status = answer.status();
    if (answer.code() == ACCEPTED && status == null) {
      steps.say(event + ": " + address + " took it on; waits for its answer");
      status = later(execution, until);
      if (status == null) {
        throw failed(event, hook, "said nothing within " + text(hook.timeout()) + ".");
      }
    }
    if (answer.code() < 200 || answer.code() > 299) {
      throw failed(event, hook, "answered " + answer.line());
    }
    if ("Failed".equals(status)) {
      throw failed(event, hook, "answered Failed.");
    }
  }

  /**
   * What an address answered.
   *
   * @param code 0 where it could not be reached
   * @param line for people
   * @param status {@code Succeeded} or {@code Failed}, where the body says so
   */
  private record Answer(int code, String line, @Nullable String status) {}

  private static Answer post(URI address, String body, Duration timeout)
      throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .timeout(timeout)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build()) {
      HttpResponse<InputStream> response =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      String text;
      try (InputStream in = response.body()) {
        text = new String(in.readNBytes(ANSWER_BYTES), StandardCharsets.UTF_8).strip();
      }
      String first = text.lines().findFirst().orElse("");
      return new Answer(
          response.statusCode(),
          response.statusCode() + (first.isEmpty() ? "." : ": " + first),
          status(text));
    } catch (IOException e) {
      String why = e.getMessage();
      return new Answer(0, "nothing: " + (why == null ? e.getClass().getSimpleName() : why), null);
    }
  }

  private static @Nullable String status(String body) {
    try {
      String status = body.startsWith("{") ? Json.tree(body).path("status").asString("") : "";
      return status.equals("Succeeded") || status.equals("Failed") ? status : null;
    } catch (dev.samdan.base.PlatformException e) {
      return null; // An answer in words of its own says nothing beside its status code.
    }
  }

  private @Nullable String later(LifecycleRows.HookExecution execution, Instant until)
      throws InterruptedException, DeploymentStopped {
    while (Instant.now().isBefore(until)) {
      steps.stopIfAsked();
      Optional<String> status = parts.lifecycle().hookStatus(execution.id());
      if (status.isPresent()) {
        return status.get();
      }
      Thread.sleep(LOOK);
    }
    return null;
  }

  private interface Work<T> {
    T run() throws InterruptedException;
  }

  private static <T> Background<T> inBackground(Work<T> work) {
    CompletableFuture<T> end = new CompletableFuture<>();
    Thread thread =
        Thread.ofVirtual()
            .name("hook")
            .start(() -> {
              try {
                end.complete(work.run());
              } catch (InterruptedException e) {
                end.cancel(false);
              } catch (RuntimeException e) {
                end.completeExceptionally(e);
              }
            });
    return new Background<>(thread, end);
  }

  private record Background<T>(Thread thread, CompletableFuture<T> end) {}

  /** Waits for its end, asking meanwhile whether to stop; empty where the time was over before. */
  private <T> Optional<T> awaited(Background<T> work, Instant until)
      throws InterruptedException, DeploymentStopped {
    try {
      while (Instant.now().isBefore(until)) {
        steps.stopIfAsked();
        try {
          return Optional.of(work.end().get(LOOK.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
          // Not yet: ask again.
        } catch (ExecutionException e) {
          throw e.getCause() instanceof RuntimeException known
              ? known
              : new IllegalStateException(e);
        }
      }
      return Optional.empty();
    } finally {
      // What is still running ends with whoever waits for it.
      work.thread().interrupt();
      var _ = work.thread().join(Duration.ofSeconds(10));
    }
  }

  private DeploymentFailure failed(String event, HookDeclaration hook, String what) {
    return steps.fail(event, "HOOK_EXECUTION_FAILURE", Explanations.called(event, hook, what));
  }

  /** Green alone before it takes traffic, production afterwards. */
  private String target(String event) {
    return event.equals("AfterAllowTraffic") || event.equals("BeforeInstall")
        ? environment.url()
        : environment.testUrl();
  }

  private static String text(Duration duration) {
    return duration.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
  }
}
