package dev.samdan.pipeline;

import dev.samdan.base.PlatformException;
import dev.samdan.base.Problem;
import dev.samdan.base.Yaml;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Pipelines and their versions as rows. */
final class Declarations {
  private Declarations() {}

  /** Locks the pipeline's row for the transaction: whoever holds it may change its executions. */
  static boolean lock(Handle handle, String pipeline) {
    return handle
        .createQuery("select 1 from pipeline where name = :name for update")
        .bind("name", pipeline)
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  /** INVALID with all errors at once. */
  static void check(PipelineDeclaration declaration) {
    String errors =
        DeclarationCheck.findings(declaration).stream()
            .filter(f -> f.severity() == Problem.Severity.ERROR)
            .map(f -> "pipeline " + declaration.name() + ": " + f)
            .collect(Collectors.joining("\n"));
    if (!errors.isEmpty()) {
      throw PlatformException.invalid(errors);
    }
  }

  /** Creates or updates; the version that says what the declaration says. */
  static int put(
      Handle handle,
      PipelineDeclaration declaration,
      String application,
      @Nullable String environment,
      Instant now) {
    boolean created =
        handle
                .createUpdate(
                    """
                    insert into pipeline (name, application, environment, version, created_at, updated_at)
                    values (:name, :application, :environment, 1, :now, :now) on conflict (name) do nothing
                    """)
                .bind("name", declaration.name())
                .bind("application", application)
                .bind("environment", environment)
                .bind("now", now)
                .execute()
            == 1;
    if (created) {
      addVersion(handle, declaration.withVersion(1), now);
      return 1;
    }
    lock(handle, declaration.name());
    PipelineDeclaration newest = newest(handle, declaration.name()).orElseThrow();
    boolean same =
        newest.equals(read(PipelineJson.write(declaration.withVersion(newest.version()))));
    int version = same ? newest.version() : newest.version() + 1;
    if (!same) {
      addVersion(handle, declaration.withVersion(version), now);
    }
    handle
        .createUpdate(
            """
            update pipeline set version = :version, application = :application, environment = :environment,
              updated_at = case when version = :version then updated_at else :now end
            where name = :name
            """)
        .bind("version", version)
        .bind("application", application)
        .bind("environment", environment)
        .bind("now", now)
        .bind("name", declaration.name())
        .execute();
    return version;
  }

  private static void addVersion(Handle handle, PipelineDeclaration declaration, Instant now) {
    handle
        .createUpdate(
            """
            insert into pipeline_version (pipeline, version, declaration, created_at)
            values (:pipeline, :version, cast(:declaration as json), :now)
            """)
        .bind("pipeline", declaration.name())
        .bind("version", declaration.version())
        .bind("declaration", PipelineJson.write(declaration))
        .bind("now", now)
        .execute();
  }

  static Optional<PipelineDeclaration> newest(Handle handle, String pipeline) {
    return handle
        .createQuery(
            """
            select v.declaration from pipeline p join pipeline_version v on v.pipeline = p.name
              and v.version = p.version
            where p.name = :name
            """)
        .bind("name", pipeline)
        .mapTo(String.class)
        .findOne()
        .map(Declarations::read);
  }

  static PipelineDeclaration version(Handle handle, String pipeline, int version) {
    return handle
        .createQuery(
            "select declaration from pipeline_version where pipeline = :name and version = :version")
        .bind("name", pipeline)
        .bind("version", version)
        .mapTo(String.class)
        .findOne()
        .map(Declarations::read)
        .orElseThrow(() -> unknown(pipeline));
  }

  static List<String> names(Handle handle, @Nullable String application) {
    return handle
        .createQuery(
            """
            select name from pipeline where cast(:application as text) is null or application = :application
            order by name
            """)
        .bind("application", application)
        .mapTo(String.class)
        .list();
  }

  static PlatformException unknown(String pipeline) {
    return PlatformException.notFound(
        "there is no pipeline named '" + pipeline + "'; 'samdan pipeline list' shows them");
  }

  /** Reads what was checked when it was put; today's rules do not judge it again. */
  private static PipelineDeclaration read(String json) {
    List<Problem> problems = new ArrayList<>();
    if (Yaml.parse("pipeline", json).root() instanceof Yaml.Fields root
        && root.get("pipeline").orElse(null) instanceof Yaml.Fields pipeline) {
      return new PipelineReader("pipeline", problems).read(pipeline);
    }
    throw new IllegalStateException("a stored declaration cannot be read: " + json);
  }
}
