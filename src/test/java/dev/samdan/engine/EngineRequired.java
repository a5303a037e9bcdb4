package dev.samdan.engine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A test that needs a Docker engine; it is skipped with a reason where none answers. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(EngineRequired.Condition.class)
public @interface EngineRequired {
  /** Asks the engine once in a test run. */
  final class Condition implements ExecutionCondition {
    private static final class Once {
      static final Optional<EngineFacts> FACTS = ask();

      private static Optional<EngineFacts> ask() {
        // The facts need nothing of a home.
        try (Engine engine =
            Engine.of(Path.of(System.getProperty("java.io.tmpdir")), System.getenv())) {
          return engine.facts();
        }
      }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return Once.FACTS
          .map(facts -> ConditionEvaluationResult.enabled("Docker engine " + facts.version()))
          .orElse(
              ConditionEvaluationResult.disabled(
                  "no Docker engine answers here; CI starts one (DOCKER_HOST, or"
                      + " /var/run/docker.sock)"));
    }
  }
}
