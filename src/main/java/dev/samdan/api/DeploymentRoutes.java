package dev.samdan.api;

import static dev.samdan.api.Route.get;
import static dev.samdan.api.Route.post;
import static dev.samdan.api.Route.put;
import static dev.samdan.identity.Right.DEPLOY;
import static dev.samdan.identity.Right.READ;

import dev.samdan.application.Application;
import dev.samdan.application.Environment;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.base.Problem;
import dev.samdan.deploy.Deployment;
import dev.samdan.runtime.LogPage;
import dev.samdan.runtime.Task;
import dev.samdan.runtime.TaskDefinition;
import dev.samdan.runtime.TaskDefinitionReader;
import dev.samdan.runtime.TaskSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Deployments, tasks and their logs. */
final class DeploymentRoutes {
  /** A task with the group it serves in. */
  private record TaskView(
      String id,
      String group,
      @Nullable String taskDefinition,
      Task.Status status,
      @Nullable Long pid,
      @Nullable String containerId,
      String host,
      int port,
      int restarts,
      Instant startedAt,
      @Nullable Instant stoppedAt,
      @Nullable Integer exitCode) {}

  private static final int LINES = 2_000;
  private final ApiRooms rooms;

  DeploymentRoutes(ApiRooms rooms) {
    this.rooms = rooms;
  }

  List<Route> routes() {
    return List.of(
        get("/deployments", READ, "Deployments, newest first", this::deployments, "group", "limit"),
        get(
            "/deployments/{deployment}",
            READ,
            "One deployment with its lifecycle events, and why it failed",
            this::deployment),
        post(
            "/deployment-groups/{group}/rollback",
            DEPLOY,
            "Deploy what the group served before",
            r -> rooms.deployments().rollback(r.path("group"), r.principal().user())),
        post(
            "/deployments/{deployment}/stop",
            DEPLOY,
            "End a deployment, with all traffic back on blue",
            r ->
                rooms
                    .deployments()
                    .stop(r.path("deployment"), r.principal().user() + " stopped it.")),
        post(
            "/deployments/{deployment}/continue",
            DEPLOY,
            "End a deployment's wait: let green take traffic, or end blue",
            r -> rooms.deployments().goOn(r.path("deployment"))),
        post(
            "/deployments/{deployment}/shift",
            DEPLOY,
            "Let green take all of the traffic now, without the steps that are left",
            r -> rooms.deployments().shiftNow(r.path("deployment"))),
        put(
            "/deployments/{deployment}/hooks/{execution}",
            DEPLOY,
            "Answer a hook: status Succeeded or Failed",
            this::hookAnswered,
            "status"),
        get("/tasks", READ, "The tasks", this::tasks, "application"),
        get(
            "/tasks/{task}/log",
            READ,
            "What a task wrote, also after its end",
            this::taskLog,
            "offset"),
        get(
            "/applications/{application}/environments/{environment}/logs",
            READ,
            "What the tasks of an environment write",
            this::logs),
        get(
            "/task-definitions",
            READ,
            "Task definitions, newest first",
            r ->
                Map.of(
                    "taskDefinitions",
                    rooms
                        .tasks()
                        .taskDefinitions(Optional.ofNullable(r.query("family")).orElse(""))
                        .stream()
                        .filter(d -> sees(r, d.family()))
                        .toList()),
            "family"),
        get(
                "/task-definitions/{name}",
                READ,
                "One revision as it was registered, or the newest of a family",
                this::taskDefinition)
            .about(r -> rooms.subjects().group(r.path("name"))),
        post(
                "/task-definitions",
                DEPLOY,
                "Register a task definition: its JSON document as text, and the file's name",
                this::register,
                "document",
                "file")
            .about(r -> rooms.subjects().group(read(r).orThrow().family())));
  }

  private Object hookAnswered(Route.Request request) {
    String status = request.required("status");
    if (!status.equals("Succeeded") && !status.equals("Failed")) {
      throw PlatformException.invalid("status must be Succeeded or Failed, not " + status);
    }
    UUID execution;
    try {
      execution = UUID.fromString(request.path("execution"));
    } catch (IllegalArgumentException e) {
      throw PlatformException.notFound("there is no hook execution " + request.path("execution"));
    }
    rooms
        .deployments()
        .hookAnswered(request.path("deployment"), execution, status.equals("Succeeded"));
    return Map.of("lifecycleEventHookExecutionId", execution.toString());
  }

  private Object taskDefinition(Route.Request request) {
    String name = request.path("name");
    TaskDefinition definition =
        rooms
            .tasks()
            .taskDefinition(name)
            .orElseThrow(() ->
                PlatformException.notFound(
                    "there is no task definition " + name + ": 'samdan taskdef list' shows them"));
    String raw = definition.raw();
    return raw == null ? definition : Json.tree(raw);
  }

  private boolean sees(Route.Request request, String family) {
    return rooms.subjects().may(request.access(), READ, rooms.subjects().group(family));
  }

  private static TaskDefinitionReader.Result read(Route.Request request) {
    return TaskDefinitionReader.read(
        request.textOr("file", "taskdef.json"), request.required("document"), null);
  }

  private Object register(Route.Request request) {
    TaskDefinitionReader.Result read = read(request);
    TaskDefinition definition = rooms.tasks().register(read.orThrow());
    return Map.of(
        "name",
        definition.name(),
        "taskDefinition",
        definition,
        "warnings",
        read.problems().stream().map(Problem::toString).toList());
  }

  private Object deployments(Route.Request request) {
    int limit = request.limit(50, 200);
    String group = request.query("group");
    List<Deployment> found = new ArrayList<>();
    for (Environment environment : environments(null, request)) {
      for (Deployment deployment :
          rooms.deployments().list(environment.application(), environment.name(), limit)) {
        if (group == null || group.equals(deployment.group())) {
          found.add(deployment);
        }
      }
    }
    found.sort(Comparator.comparing(Deployment::startedAt).reversed());
    return Map.of("deployments", found.subList(0, Math.min(limit, found.size())));
  }

  private Object deployment(Route.Request request) {
    String id = request.path("deployment");
    return rooms
        .deployments()
        .show(id)
        .orElseThrow(() ->
            PlatformException.notFound(
                "there is no deployment " + id + ": 'samdan deployment list' shows them"));
  }

  private List<Environment> environments(@Nullable String application, Route.Request request) {
    List<Application> applications =
        application == null
            ? rooms.applications().list()
            : List.of(rooms.applications().show(application));
    return applications.stream()
        .filter(a -> request.sees(a.name()))
        .flatMap(a -> rooms.applications().environments(a.name()).stream())
        .toList();
  }

  private Object tasks(Route.Request request) {
    List<TaskView> tasks = new ArrayList<>();
    for (Environment environment : environments(request.query("application"), request)) {
      for (Task task : rooms.tasks().tasks(environment.application(), environment.name())) {
        Optional<TaskSet> set = rooms.tasks().taskSet(task.taskSet());
        tasks.add(
            new TaskView(
                task.id(),
                environment.application()
                    + "-"
                    + environment.name()
                    + "-"
                    + set.map(TaskSet::tier).orElse("api"),
                set.map(TaskSet::taskDefinition).orElse(null),
                task.status(),
                task.pid(),
                task.containerId(),
                task.host(),
                task.port(),
                task.restarts(),
                task.startedAt(),
                task.stoppedAt(),
                task.exitCode()));
      }
    }
    tasks.sort(Comparator.comparing(TaskView::startedAt).reversed());
    return Map.of("tasks", tasks);
  }

  private Object taskLog(Route.Request request) {
    String id = request.path("task");
    if (rooms.tasks().task(id).isEmpty()) {
      throw PlatformException.notFound(
          "there is no task " + id + ": 'samdan task list' shows them");
    }
    LogPage page = rooms.tasks().log(id, request.offset("offset"), LINES);
    return Map.of(
        "id", id, "text", String.join("\n", page.lines()), "nextOffset", page.nextOffset());
  }

  private Object logs(Route.Request request) {
    List<Map<String, Object>> tasks = new ArrayList<>();
    for (Task task :
        rooms.tasks().tasks(request.path("application"), request.path("environment"))) {
      if (task.isRunning()) {
        LogPage page = rooms.tasks().log(task.id(), request.offset(task.id()), LINES);
        tasks.add(
            Map.of(
                "id",
                task.id(),
                "text",
                String.join("\n", page.lines()),
                "nextOffset",
                page.nextOffset()));
      }
    }
    return Map.of("tasks", tasks);
  }
}
