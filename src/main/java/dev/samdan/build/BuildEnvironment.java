package dev.samdan.build;

import dev.samdan.isolation.Account;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The variables that a build's commands find (AWS CodeBuild user guide, "Environment variables in
 * build environments").
 */
final class BuildEnvironment {
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final String REGION = "us-east-1";
  private static final String ACCOUNT = "000000000000";

  private BuildEnvironment() {}

  /**
   * All variables, {@code stored} those that come from a store; nothing else of this process's
   * environment reaches a command.
   */
  static Map<String, String> of(
      BuildRequest request, Buildspec spec, Map<String, String> stored, long startedAtMillis) {
    Map<String, String> all = new LinkedHashMap<>(place(request));
    all.put("CODEBUILD_SOURCE_REPO_URL", "");
    all.put("CODEBUILD_BUILD_NUMBER", "1");
    all.put("CODEBUILD_INITIATOR", "samdan");
    all.putAll(spec.env().variables());
    all.putAll(stored);
    all.putAll(request.environment());
    all.putAll(build(request, startedAtMillis));
    return all;
  }

  private static Map<String, String> place(BuildRequest request) {
    Map<String, String> place = new LinkedHashMap<>();
    place.put("LANG", "C.UTF-8");
    place.put("AWS_REGION", REGION);
    place.put("AWS_DEFAULT_REGION", REGION);
    place.put("AWS_ACCOUNT_ID", ACCOUNT);
    switch (request.terms().where()) {
      case Workplace.Machine(Path tools) -> machine(request, tools, place);
      case Workplace.Container _ -> {
        // All else, PATH too, is the image's own.
        place.put("HOME", ContainerProcess.HOME.toString());
        place.put("TMPDIR", ContainerProcess.TEMPORARY.toString());
      }
    }
    return place;
  }

  private static void machine(
      BuildRequest request, @Nullable Path tools, Map<String, String> place) {
    String java = System.getProperty("java.home");
    String path = System.getenv().getOrDefault("PATH", PATH);
    Path own = request.work().resolve("control/bin");
    place.put("PATH", (tools == null ? "" : tools + ":") + own + ":" + java + "/bin:" + path);
    place.put("HOME", request.home().toString());
    place.put("JAVA_HOME", java);
    String user = request.account().map(Account::name).orElse(System.getProperty("user.name"));
    place.put("USER", user);
    place.put("LOGNAME", user);
    place.put("TMPDIR", request.work().resolve("tmp").toString());
  }

  private static Map<String, String> build(BuildRequest request, long startedAtMillis) {
    String arn = "arn:aws:codebuild:" + REGION + ":" + ACCOUNT + ":";
    Map<String, String> build = new LinkedHashMap<>();
    build.put("CODEBUILD_BUILD_ARN", arn + "build/" + request.id());
    build.put("CODEBUILD_BUILD_ID", request.id());
    build.put(
        "CODEBUILD_BUILD_IMAGE",
        request.terms().where() instanceof Workplace.Container container
            ? container.image()
            : "samdan/host");
    build.put("CODEBUILD_BUILD_SUCCEEDING", "1");
    build.put("CODEBUILD_CI", "true");
    build.put("CODEBUILD_KMS_KEY_ID", "arn:aws:kms:" + REGION + ":" + ACCOUNT + ":alias/aws/s3");
    build.put("CODEBUILD_LOG_PATH", request.uuid());
    build.put("CODEBUILD_PROJECT_ARN", arn + "project/" + request.project());
    build.put("CODEBUILD_SRC_DIR", request.source().toString());
    build.put("CODEBUILD_START_TIME", Long.toString(startedAtMillis));
    request
        .secondarySources()
        .forEach((name, folder) -> build.put("CODEBUILD_SRC_DIR_" + name, folder.toString()));
    return build;
  }
}
