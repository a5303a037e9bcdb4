package dev.samdan.build;

import dev.samdan.isolation.Account;
import java.util.LinkedHashMap;
import java.util.Map;

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
    Map<String, String> all = new LinkedHashMap<>(machine(request));
    all.put("CODEBUILD_SOURCE_REPO_URL", "");
    all.put("CODEBUILD_BUILD_NUMBER", "1");
    all.put("CODEBUILD_INITIATOR", "samdan");
    all.putAll(spec.env().variables());
    all.putAll(stored);
    all.putAll(request.environment());
    all.putAll(build(request, startedAtMillis));
    return all;
  }

  private static Map<String, String> machine(BuildRequest request) {
    Map<String, String> machine = new LinkedHashMap<>();
    String java = System.getProperty("java.home");
    String path = System.getenv().getOrDefault("PATH", PATH);
    machine.put("PATH", java + "/bin:" + path);
    machine.put("HOME", request.home().toString());
    machine.put("JAVA_HOME", java);
    machine.put("LANG", "C.UTF-8");
    String user = request.account().map(Account::name).orElse(System.getProperty("user.name"));
    machine.put("USER", user);
    machine.put("LOGNAME", user);
    machine.put("TMPDIR", request.work().resolve("tmp").toString());
    machine.put("AWS_REGION", REGION);
    machine.put("AWS_DEFAULT_REGION", REGION);
    machine.put("AWS_ACCOUNT_ID", ACCOUNT);
    return machine;
  }

  private static Map<String, String> build(BuildRequest request, long startedAtMillis) {
    String arn = "arn:aws:codebuild:" + REGION + ":" + ACCOUNT + ":";
    Map<String, String> build = new LinkedHashMap<>();
    build.put("CODEBUILD_BUILD_ARN", arn + "build/" + request.id());
    build.put("CODEBUILD_BUILD_ID", request.id());
    build.put("CODEBUILD_BUILD_IMAGE", "samdan/host");
    build.put("CODEBUILD_BUILD_SUCCEEDING", "1");
    build.put("CODEBUILD_CI", "true");
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
