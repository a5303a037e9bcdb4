package dev.samdan.deploy;

import dev.samdan.base.PlatformException;
import dev.samdan.runtime.OneOff;
import dev.samdan.runtime.TaskDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** What serves, and commands beside it. */
final class Servings {
  private final Parts parts;

  /** By deployment: what a deployment that serves brought never changes. */
  private final ConcurrentMap<String, Deployments.Serving> known = new ConcurrentHashMap<>();

  Servings(Parts parts) {
    this.parts = parts;
  }

  /** Green counts once it takes all traffic. */
  List<Deployments.Serving> all() {
    List<Deployments.Serving> all = new ArrayList<>();
    for (ServiceRows.Service service : parts.services().services()) {
      String id = serving(service);
      Deployments.Serving serving = id == null ? null : known.get(id);
      if (id != null && serving == null) {
        serving = parts.deployments().find(id).map(this::serving).orElse(null);
      }
      if (serving != null) {
        all.add(serving);
      }
    }
    known.keySet().retainAll(all.stream().map(Deployments.Serving::deployment).toList());
    all.forEach(serving -> known.put(serving.deployment(), serving));
    return all;
  }

  private Deployments.@Nullable Serving serving(Deployment deployment) {
    String definition = deployment.taskDefinition();
    return definition == null
        ? null
        : new Deployments.Serving(
            deployment.application(),
            deployment.environment(),
            deployment.id(),
            definition,
            plan(deployment).jobs());
  }

  OneOff oneOff(
      String application,
      String environment,
      String id,
      List<String> command,
      Map<String, String> variables,
      Duration timeout) {
    Deployment deployment =
        parts
            .services()
            .service(application, environment)
            .flatMap(s -> Optional.ofNullable(serving(s)))
            .flatMap(parts.deployments()::find)
            .orElseThrow(() ->
                PlatformException.conflict(
                    "nothing of the application tier serves in " + environment));
    TaskDefinition definition =
        Optional.ofNullable(deployment.taskDefinition())
            .flatMap(parts.tasks()::taskDefinition)
            .orElseThrow();
    Map<String, String> given = new LinkedHashMap<>(variables(parts, deployment, plan(deployment)));
    given.putAll(variables);
    return new OneOff(id, application, environment, definition, command, given, timeout);
  }

  /** What tasks get beside what is declared. */
  static Map<String, String> variables(Parts parts, Deployment deployment, ServicePlan plan) {
    return plan.database()
        ? parts
            .database()
            .tierDatabases()
            .ensure(deployment.application(), deployment.environment())
            .environment()
        : Map.of();
  }

  private static @Nullable String serving(ServiceRows.Service service) {
    String green = service.green();
    return green != null && service.greenWeight() == 100 ? green : service.blue();
  }

  private ServicePlan plan(Deployment deployment) {
    return parts.deployments().plan(deployment.id(), ServicePlan.class);
  }
}
