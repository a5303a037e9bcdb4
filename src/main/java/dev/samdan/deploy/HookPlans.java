package dev.samdan.deploy;

import dev.samdan.application.DeploymentPolicy;
import dev.samdan.application.HookDeclaration;
import dev.samdan.base.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What runs at which event: the appspec's hooks, and where it has none, samdan.yml's. A Lambda
 * function is what samdan.yml declares under its name.
 */
final class HookPlans {
  private HookPlans() {}

  /** Throws INVALID for hooks that nothing here can run. */
  static Map<String, HookDeclaration> of(
      String file, @Nullable AppspecFile appspec, DeploymentPolicy policy) {
    Map<String, HookDeclaration> found = new LinkedHashMap<>();
    List<Problem> problems = new ArrayList<>();
    List<AppspecFile.Hook> written = appspec == null ? List.of() : appspec.hooks();
    for (String event : AppspecHooks.EVENTS) {
      AppspecFile.Hook hook =
          written.stream().filter(h -> h.event().equals(event)).findFirst().orElse(null);
      HookDeclaration own = policy.hooks().get(event);
      if (hook != null) {
        resolve(file, hook, policy, problems).ifPresent(h -> found.put(event, h));
      } else if (own != null) {
        found.put(event, own);
      }
    }
    Problem.throwErrors(problems);
    return found;
  }

  private static Optional<HookDeclaration> resolve(
      String file, AppspecFile.Hook hook, DeploymentPolicy policy, List<Problem> problems) {
    HookDeclaration declared = hook.function().map(policy.hooks()::get).orElse(null);
    if (declared != null) {
      return Optional.of(declared);
    }
    if (hook.isArn()) {
      problems.add(
          Problem.error(
              file,
              hook.line(),
              hook.column(),
              hook.event()
                  + ": "
                  + hook.text()
                  + " is a Lambda function, which nothing here can run; say in samdan.yml what"
                  + " stands for it: tiers.api.hooks."
                  + hook.function().orElse(hook.event())
                  + " with a command or an http(s) address"));
      return Optional.empty();
    }
    Duration given = hook.timeout();
    Duration timeout = given == null ? HookDeclaration.TIMEOUT : given;
    return Optional.of(
        hook.words().isEmpty()
            ? HookDeclaration.of(hook.text(), timeout)
            : new HookDeclaration(hook.words(), timeout));
  }
}
