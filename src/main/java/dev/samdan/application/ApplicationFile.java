package dev.samdan.application;

import dev.samdan.base.Problem;
import dev.samdan.base.Yaml;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads samdan.yml: what is absent has a default, what is unknown is refused, all problems are told
 * at once.
 */
public final class ApplicationFile {
  /** The file's name at the root of an application's repository. */
  public static final String NAME = "samdan.yml";

  private static final List<String> DEFAULT_PATHS = List.of("/api/**");

  private final String file;
  private final List<Problem> problems;

  private ApplicationFile(String file, List<Problem> problems) {
    this.file = file;
    this.problems = problems;
  }

  /** The declaration, null where a problem is an error. */
  public record Parsed(@Nullable ApplicationDeclaration declaration, List<Problem> problems) {
    /** The errors as {@code file:line:column: message}, a line each. */
    public String errors() {
      StringBuilder lines = new StringBuilder();
      for (Problem p : problems) {
        if (p.isError()) {
          lines.append(lines.isEmpty() ? "" : "\n").append(p.file());
          lines.append(
              p.line() == 0 ? "" : ":" + p.line() + (p.column() == 0 ? "" : ":" + p.column()));
          lines.append(": ").append(p.message());
        }
      }
      return lines.toString();
    }
  }

  /** Parses a whole file and tells all its problems at once, in the order of the file. */
  public static Parsed parse(String file, String text) {
    Yaml.Document document = Yaml.parse(file, text);
    List<Problem> problems = new ArrayList<>(document.problems());
    Yaml root = document.root();
    ApplicationDeclaration declaration = null;
    if (root != null) {
      declaration = new ApplicationFile(file, problems).read(root);
    } else if (problems.isEmpty()) {
      problems.add(
          Problem.error(file, 1, 1, "the file is empty; 'samdan init' writes one for a folder"));
    }
    problems.sort(
        java.util.Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
    boolean failed = problems.stream().anyMatch(Problem::isError);
    return new Parsed(failed ? null : declaration, List.copyOf(problems));
  }

  /** As {@link #parse}, and the file must name this application. */
  public static Parsed parseFor(String application, String text) {
    Parsed parsed = parse(NAME, text);
    ApplicationDeclaration declaration = parsed.declaration();
    if (declaration == null || declaration.name().equals(application)) {
      return parsed;
    }
    Yaml at =
        Yaml.parse(NAME, text).root() instanceof Yaml.Fields fields
            ? fields.get("application").orElse(fields)
            : null;
    String message =
        "application: " + declaration.name() + " is not this application, which is " + application;
    return new Parsed(
        null,
        List.of(
            Problem.error(
                NAME, at == null ? 1 : at.line(), at == null ? 1 : at.column(), message)));
  }

  private ApplicationDeclaration read(Yaml root) {
    try (Section top = Section.of(file, "", root, problems)) {
      String name = top.text("application", "", Names::application);
      if (!top.has("application")) {
        problems.add(
            Problem.error(
                file,
                root.line(),
                root.column(),
                "application: the application's name is missing"));
      }
      WebTier web = null;
      ApiTier api = null;
      DataTier data = null;
      try (Section tiers = top.section("tiers").orElseGet(() -> empty("tiers"))) {
        web = tiers.section("web").map(this::web).orElse(null);
        api = tiers.section("api").map(this::api).orElse(null);
        data = tiers.section("data").map(this::data).orElse(null);
      }
      Yaml at = top.node("tiers").orElse(root);
      if (web == null && api == null && !(at instanceof Yaml.Items)) {
        problems.add(
            Problem.error(file, at.line(), at.column(), "tiers: neither web nor api is declared"));
      }
      List<EnvironmentDeclaration> environments = environments(name, top);
      BranchPolicy branches = BranchesSection.read(top, environments);
      List<JobDeclaration> jobs = PolicySection.jobs(top, environments);
      if (api == null && !jobs.isEmpty()) {
        top.problem("jobs", "run in the application tier's image, and tiers.api is not declared");
      }
      return new ApplicationDeclaration(name, web, api, data, environments, jobs, branches);
    }
  }

  private Section empty(String path) {
    return Section.of(file, path, new Yaml.Fields(Map.of(), 0, 0), problems);
  }

  private WebTier web(Section tier) {
    try (tier) {
      return new WebTier(
          tier.optionalText("repository", Names::repository),
          tier.text("source", "web", Names::folder),
          build(tier),
          tier.flag("spa", true));
    }
  }

  private ApiTier api(Section tier) {
    try (tier) {
      return new ApiTier(
          tier.optionalText("repository", Names::repository),
          tier.text("source", "api", Names::folder),
          build(tier),
          tier.text("dockerfile", "docker/Dockerfile", Names::file),
          tier.section("base").map(this::base).orElse(null),
          port(tier),
          tier.text("health", "/health", Names::urlPath),
          tier.texts("paths", DEFAULT_PATHS, Names::urlGlob),
          tier.integer("desired-count", 2, 1, 100, "a number of tasks"),
          tier.textMap("environment", Names::variable),
          tier.texts("volumes", List.of(), Names::volume),
          PolicySection.configuration(tier),
          build(tier, "tests", ""),
          tier.optionalText("appspec", Names::file),
          tier.optionalText("taskdef", Names::file),
          tier.textMap("secrets", Names::variable),
          tier.textMap("build-args", Names::variable),
          PolicySection.policy(tier));
    }
  }

  private static BuildDeclaration build(Section tier) {
    return Objects.requireNonNullElseGet(
        build(tier, "build", "buildspec.yml"), () -> BuildDeclaration.of("buildspec.yml"));
  }

  /** A buildspec's path, or a mapping with {@code buildspec}; null where neither names one. */
  private static @Nullable BuildDeclaration build(Section tier, String key, String otherwise) {
    if (tier.node(key).filter(Yaml.Fields.class::isInstance).isEmpty()) {
      String buildspec = tier.text(key, otherwise, Names::file);
      return buildspec.isEmpty() ? null : BuildDeclaration.of(buildspec);
    }
    try (Section build = tier.section(key).orElseThrow()) {
      String buildspec = build.text("buildspec", otherwise, Names::file);
      if (buildspec.isEmpty()) {
        tier.problem(key, "names no buildspec; write {buildspec: buildspec-test.yml, …}");
      }
      return new BuildDeclaration(
          buildspec,
          build.optionalText("image", Names::image),
          build.integer("cpus", 0, 1, 256, "a number of processors"),
          build.integer("memory", 0, 64, 1 << 20, "a memory in MiB"),
          build.integer("timeout", BuildDeclaration.USUAL_TIMEOUT, 1, 2160, "a number of minutes"));
    }
  }

  private static int port(Section tier) {
    int port = tier.integer("port", 8080, 1, 65535, "a port");
    return tier.has("port") ? port : 0;
  }

  private ApiTier.BaseImage base(Section base) {
    try (base) {
      return new ApiTier.BaseImage(
          base.text("dockerfile", "docker/Dockerfile-base", Names::file),
          base.texts("rebuild-on", List.of(), Names::glob));
    }
  }

  private DataTier data(Section tier) {
    try (tier) {
      String engine = tier.text("engine", "postgresql", Names::engine);
      boolean line = tier.node("migrate").filter(Yaml.Text.class::isInstance).isPresent();
      List<String> migrate = tier.texts("migrate", List.of(), Names::notEmpty);
      return new DataTier(
          engine, line && !migrate.isEmpty() ? List.of("sh", "-c", migrate.getFirst()) : migrate);
    }
  }

  private List<EnvironmentDeclaration> environments(String application, Section top) {
    List<EnvironmentDeclaration> found = new ArrayList<>();
    Map<String, String> domainOwners = new HashMap<>();
    Section all = top.section("environments").orElseGet(() -> empty("environments"));
    for (Yaml.Field field : all.entries()) {
      all.checkKey(field, Names::environment);
      found.add(environment(application, field.key(), all.entry(field), domainOwners));
    }
    if (found.stream().filter(EnvironmentDeclaration::production).count() > 1) {
      top.problem("environments", "prod and production are one address; keep one of them");
    }
    if (found.isEmpty()) {
      found.add(environment(application, "dev", empty("environments.dev"), domainOwners));
      found.add(environment(application, "prod", empty("environments.prod"), domainOwners));
    }
    return found;
  }

  private EnvironmentDeclaration environment(
      String application, String name, Section section, Map<String, String> domainOwners) {
    boolean production = name.equals("prod") || name.equals("production");
    try (section) {
      String branch = section.text("branch", production ? "main" : name, Names::branch);
      String room = section.text("room", application + " " + name, Names::room);
      boolean before =
          section.text("test-when", "after-traffic", Names::testWhen).equals("before-traffic");
      List<String> domains =
          section.texts(
              "domains",
              List.of(),
              text -> {
                String domain = Names.domain(text);
                String owner = domainOwners.putIfAbsent(domain, name);
                if (owner != null) {
                  throw new Section.Refused("is given twice, first in environments." + owner);
                }
                return domain;
              });
      return new EnvironmentDeclaration(
          name,
          branch,
          room,
          before
              ? EnvironmentDeclaration.TestWhen.BEFORE_TRAFFIC
              : EnvironmentDeclaration.TestWhen.AFTER_TRAFFIC,
          approval(section, production),
          domains);
    }
  }

  /**
   * {@code required}, {@code none}, or {@code {four-eyes: true}}, which requires one; production
   * does by itself.
   */
  private static EnvironmentDeclaration.Approval approval(Section section, boolean production) {
    if (section.node("approval").filter(Yaml.Fields.class::isInstance).isPresent()) {
      try (Section approval = section.section("approval").orElseThrow()) {
        return new EnvironmentDeclaration.Approval(
            approval.flag("required", true), approval.flag("four-eyes", false));
      }
    }
    String text = section.text("approval", production ? "required" : "none", Names::approval);
    return new EnvironmentDeclaration.Approval(text.equals("required"), false);
  }
}
