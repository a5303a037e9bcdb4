package dev.samdan.api;

import static dev.samdan.api.Route.get;
import static dev.samdan.api.Route.post;
import static dev.samdan.identity.Right.APPROVE;
import static dev.samdan.identity.Right.DEPLOY;
import static dev.samdan.identity.Right.MAINTAIN;
import static dev.samdan.identity.Right.READ;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.base.Problem;
import dev.samdan.build.Build;
import dev.samdan.build.Report;
import dev.samdan.operations.Subject;
import dev.samdan.pipeline.ExecutionFilter;
import dev.samdan.pipeline.ExecutionPage;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.PipelineDeclaration;
import dev.samdan.pipeline.PipelineJson;
import dev.samdan.pipeline.PipelineView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** Pipelines, their executions, approvals and logs. */
final class PipelineRoutes {
  private static final int LOG_LINES = 20_000;
  private final ApiRooms rooms;

  PipelineRoutes(ApiRooms rooms) {
    this.rooms = rooms;
  }

  List<Route> routes() {
    return List.of(
        get(
            "/pipelines",
            READ,
            "The pipelines with the state of their stages",
            this::list,
            "application"),
        post(
                "/pipelines",
                MAINTAIN,
                "Put a declaration in CodePipeline's JSON structure",
                this::importDeclaration,
                "file",
                "declaration")
            .about(this::imported),
        get(
            "/pipelines/{pipeline}",
            READ,
            "One pipeline",
            r -> view(rooms.pipelines().show(r.path("pipeline")))),
        get(
            "/pipelines/{pipeline}/declaration",
            READ,
            "Its declaration in CodePipeline's JSON structure",
            r -> Json.tree(PipelineJson.write(rooms.pipelines().declaration(r.path("pipeline"))))),
        post(
            "/pipelines/{pipeline}/start",
            DEPLOY,
            "Release the newest commit of its branch",
            r -> id(rooms.releases().release(r.path("pipeline"), r.principal().user()))),
        post(
            "/pipelines/{pipeline}/stop",
            DEPLOY,
            "Stop what runs",
            this::stop,
            "abandon",
            "reason"),
        post(
            "/pipelines/{pipeline}/retry",
            DEPLOY,
            "Run the failed actions of the failed stage again",
            r -> id(rooms.pipelines().retry(r.path("pipeline"), r.principal().user()))),
        post(
            "/pipelines/{pipeline}/approve",
            APPROVE,
            "Approve what waits",
            r ->
                id(
                    rooms
                        .pipelines()
                        .approve(
                            r.path("pipeline"), r.textOr("comment", ""), r.principal().user())),
            "comment"),
        post(
            "/pipelines/{pipeline}/reject",
            APPROVE,
            "Reject what waits",
            r ->
                id(
                    rooms
                        .pipelines()
                        .reject(r.path("pipeline"), r.textOr("comment", ""), r.principal().user())),
            "comment"),
        post(
            "/pipelines/{pipeline}/enable",
            MAINTAIN,
            "Open the transition into a stage",
            this::enable,
            "stage"),
        post(
            "/pipelines/{pipeline}/disable",
            MAINTAIN,
            "Close the transition into a stage",
            this::disable,
            "stage",
            "reason"),
        get(
            "/executions",
            READ,
            "Executions, newest first",
            this::executions,
            "pipeline",
            "application",
            "environment",
            "commit",
            "cursor",
            "limit"),
        get(
            "/executions/{execution}",
            READ,
            "One execution with its stages and actions",
            r -> rooms.pipelines().execution(uuid(r.path("execution")))),
        get(
            "/executions/{execution}/logs",
            READ,
            "The logs of its actions; of a long one the last " + LOG_LINES + " lines",
            this::logs,
            "action"),
        get(
            "/executions/{execution}/reports",
            READ,
            "The reports of its actions: tests, or coverage of source files",
            this::reports));
  }

  private Object list(Route.Request request) {
    return Map.of(
        "pipelines",
        rooms.pipelines().list(request.query("application")).stream()
            .filter(p -> request.sees(p.application()))
            .map(this::view)
            .toList());
  }

  /** The declaration's stages with the newest execution's state laid over them. */
  private Map<String, Object> view(PipelineView pipeline) {
    ExecutionView latest = pipeline.latestExecution();
    PipelineDeclaration declaration = rooms.pipelines().declaration(pipeline.name());
    List<Map<String, Object>> stages = new ArrayList<>();
    for (PipelineView.Stage stage : pipeline.stages()) {
      ExecutionView.Stage ran =
          latest == null
              ? null
              : latest.stages().stream()
                  .filter(s -> s.name().equals(stage.name()))
                  .findFirst()
                  .orElse(null);
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("name", stage.name());
      put(shown, "status", ran == null ? null : ran.status());
      put(shown, "disabled", stage.disabled());
      shown.put("actions", ran != null ? ran.actions() : declared(declaration, stage.name()));
      stages.add(shown);
    }
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("name", pipeline.name());
    shown.put("application", pipeline.application());
    put(shown, "environment", pipeline.environment());
    shown.put("version", pipeline.version());
    shown.put("executionMode", pipeline.executionMode());
    shown.put("stages", stages);
    put(shown, "latestExecution", latest == null ? null : brief(latest));
    return shown;
  }

  private static void put(
      Map<String, Object> map, String name, @org.jspecify.annotations.Nullable Object value) {
    if (value != null) {
      map.put(name, value);
    }
  }

  private static List<Map<String, String>> declared(PipelineDeclaration declaration, String stage) {
    return declaration.stages().stream()
        .filter(s -> s.name().equals(stage))
        .flatMap(s -> s.actions().stream())
        .map(a -> Map.of("name", a.name(), "provider", a.type().provider()))
        .toList();
  }

  private static Map<String, Object> brief(ExecutionView e) {
    return Map.of(
        "id",
        e.id(),
        "number",
        e.number(),
        "status",
        e.status(),
        "commit",
        e.commit(),
        "startedAt",
        e.startedAt());
  }

  private static PipelineDeclaration declaration(Route.Request request) {
    String file = request.textOr("file", "pipeline.json");
    PipelineJson.Parsed parsed = PipelineJson.parse(file, request.required("declaration"));
    Problem.throwErrors(parsed.problems());
    return Objects.requireNonNull(parsed.declaration());
  }

  /** What an imported declaration replaces. */
  private Subject imported(Route.Request request) {
    String name = declaration(request).name();
    return rooms.pipelines().exists(name) ? rooms.subjects().pipeline(name) : Subject.HOUSE;
  }

  private Object importDeclaration(Route.Request request) {
    PipelineDeclaration declaration = declaration(request);
    PipelineView known =
        rooms.pipelines().exists(declaration.name())
            ? rooms.pipelines().show(declaration.name())
            : null;
    if (known == null) {
      throw PlatformException.notFound(
          "there is no pipeline "
              + declaration.name()
              + ": an imported declaration replaces one that samdan.yml gives; name it so");
    }
    int version = rooms.pipelines().put(declaration, known.application(), known.environment());
    return Map.of("name", declaration.name(), "version", version);
  }

  private Object stop(Route.Request request) {
    JsonNode body = request.body();
    List<UUID> stopped =
        rooms
            .pipelines()
            .stop(
                request.path("pipeline"),
                body.path("abandon").asBoolean(false),
                request.textOr("reason", ""),
                request.principal().user());
    if (stopped.isEmpty()) {
      throw PlatformException.conflict(
          request.path("pipeline") + " has no running execution to stop");
    }
    return Map.of("id", stopped.getFirst(), "stopped", stopped);
  }

  private Object enable(Route.Request request) {
    rooms
        .pipelines()
        .enableTransition(
            request.path("pipeline"), request.required("stage"), request.principal().user());
    return Map.of(
        "pipeline", request.path("pipeline"), "stage", request.required("stage"), "enabled", true);
  }

  private Object disable(Route.Request request) {
    rooms
        .pipelines()
        .disableTransition(
            request.path("pipeline"),
            request.required("stage"),
            request.required("reason"),
            request.principal().user());
    return Map.of(
        "pipeline", request.path("pipeline"), "stage", request.required("stage"), "enabled", false);
  }

  private Object executions(Route.Request request) {
    ExecutionFilter filter =
        new ExecutionFilter(
            request.query("pipeline"),
            request.query("application"),
            request.query("environment"),
            null,
            request.query("commit"),
            null);
    ExecutionPage page =
        rooms.pipelines().executions(filter, request.query("cursor"), request.limit(50, 200));
    return new ExecutionPage(
        page.executions().stream().filter(e -> request.sees(e.application())).toList(),
        page.nextCursor());
  }

  private Object logs(Route.Request request) {
    String only = request.query("action");
    List<Map<String, Object>> logs = new ArrayList<>();
    for (ExecutionView.Stage stage :
        rooms.pipelines().execution(uuid(request.path("execution"))).stages()) {
      for (ExecutionView.Action action : stage.actions()) {
        UUID id = action.id();
        if (id != null && (only == null || only.equals(action.name()))) {
          if (action.provider().equals("ECRBuildAndPublish")) {
            LogEnd.Lines log = (from, most) -> rooms.images().log(id, from, most).lines();
            String text = end(request, log);
            logs.add(Map.of("stage", stage.name(), "action", action.name(), "text", text));
          }
          for (Build build : rooms.builds().ofAction(id)) {
            LogEnd.Lines log = (from, most) -> rooms.builds().log(build.id(), from, most).lines();
            String text = end(request, log);
            logs.add(
                Map.of(
                    "stage",
                    stage.name(),
                    "action",
                    action.name(),
                    "build",
                    build.id(),
                    "text",
                    text));
          }
        }
      }
    }
    return Map.of("logs", logs);
  }

  /** A log as text; of a long one the end, below a line that says what is left out. */
  private String end(Route.Request request, LogEnd.Lines log) {
    LogEnd end = LogEnd.of(log, LOG_LINES);
    String text = String.join("\n", end.lines());
    if (end.leftOut() == 0) {
      return text;
    }
    String page = rooms.url() + "/executions/" + request.path("execution");
    return request
            .principal()
            .reads(
                "["
                    + end.leftOut()
                    + " lines before these are left out; all of them: "
                    + page
                    + "]",
                "[앞의 " + end.leftOut() + "줄은 뺐어요. 전체 로그: " + page + "]")
        + "\n"
        + text;
  }

  private Object reports(Route.Request request) {
    List<Map<String, Object>> reports = new ArrayList<>();
    for (ExecutionView.Stage stage :
        rooms.pipelines().execution(uuid(request.path("execution"))).stages()) {
      for (ExecutionView.Action action : stage.actions()) {
        for (Build build :
            action.id() == null ? List.<Build>of() : rooms.builds().ofAction(action.id())) {
          for (Report report : rooms.builds().reports(build.id())) {
            Map<String, Object> shown = new LinkedHashMap<>();
            shown.put("stage", stage.name());
            shown.put("action", action.name());
            shown.putAll(ReportJson.of(report));
            reports.add(shown);
          }
        }
      }
    }
    return Map.of("reports", reports);
  }

  private static Map<String, Object> id(UUID id) {
    return Map.of("id", id);
  }

  private static UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new PlatformException(
          PlatformException.Code.INVALID,
          "'" + text + "' is not the id of an execution: 'samdan execution list' shows them",
          e);
    }
  }
}
