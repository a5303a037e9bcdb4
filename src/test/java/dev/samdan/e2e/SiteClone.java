package dev.samdan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The application {@code site}, one static tier live in dev and production, and a person's clone of
 * it in which {@code git} and {@code samdan} are typed.
 */
final class SiteClone {
  static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String DECLARATION =
      """
      application: site
      tiers:
        web: {source: web}
      environments:
        dev: {branch: dev}
        prod: {branch: main, approval: none}
      """;

  private static final String BUILDSPEC =
      """
      version: 0.2
      phases:
        build:
          commands: ["true"]
      artifacts:
        files: ["*.html"]
      """;

  final Path folder;
  private final Installation samdan;
  private final String program;

  private SiteClone(Installation samdan) {
    this.samdan = samdan;
    this.folder = samdan.folder.resolve("clone");
    this.program = samdan.folder.resolve("bin/samdan").toString();
  }

  static SiteClone of(Installation samdan) {
    SiteClone clone = new SiteClone(samdan);
    try {
      Path files = Files.createDirectories(samdan.folder.resolve("site/web")).getParent();
      Files.writeString(files.resolve("samdan.yml"), DECLARATION);
      Files.writeString(files.resolve("web/index.html"), "hello\n");
      Files.writeString(files.resolve("web/buildspec.yml"), BUILDSPEC);
      samdan.json("app", "create", "site", "--from", files.toString());
      clone.provideSamdan();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String login =
        Base64.getEncoder()
            .encodeToString(("samdan:" + samdan.token()).getBytes(StandardCharsets.UTF_8));
    Installation.Ran cloned =
        samdan.run(
            samdan.folder,
            List.of(
                "git",
                "clone",
                "--quiet",
                "--config",
                "http.extraHeader=Authorization: Basic " + login,
                samdan.url() + "/git/site.git",
                clone.folder.toString()),
            PATIENCE);
    assertThat(cloned.status()).as(cloned.err()).isZero();
    clone.works("git", "config", "user.name", "Kim Mina");
    clone.works("git", "config", "user.email", "mina@example.com");
    for (String environment : List.of("dev", "prod")) {
      String commit = clone.works("git", "rev-parse", "origin/dev").strip();
      JsonNode end = samdan.awaitEnd("site-" + environment + "-web", commit, PATIENCE);
      assertThat(end.path("status").asString()).as(end.toPrettyString()).isEqualTo("Succeeded");
    }
    return clone;
  }

  /** The program under its own name, as hooks call it. */
  private void provideSamdan() throws IOException {
    Path file = Path.of(program);
    Path bin = Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        "#!/bin/sh\nexec '"
            + String.join("' '", Installation.program())
            + "' dev.samdan.platform.Main \"$@\"\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    samdan.environment.put("PATH", bin + ":" + System.getenv("PATH"));
  }

  Installation.Ran run(String... command) {
    return samdan.run(folder, List.of(command), PATIENCE);
  }

  /** What a command printed that must work. */
  String works(String... command) {
    Installation.Ran ran = run(command);
    assertThat(ran.status())
        .as("%s\n%s\n%s", String.join(" ", command), ran.out(), ran.err())
        .isZero();
    return ran.out();
  }

  /** A verb of the program that must work. */
  String samdan(String... verb) {
    return works(Stream.concat(Stream.of(program), Stream.of(verb)).toArray(String[]::new));
  }

  /** What a verb of the program that must fail says of it. */
  String refuses(String... verb) {
    Installation.Ran ran =
        run(Stream.concat(Stream.of(program), Stream.of(verb)).toArray(String[]::new));
    assertThat(ran.status()).as("%s\n%s", ran.out(), ran.err()).isEqualTo(1);
    return ran.err();
  }

  /** Types the commands of git that a text names on lines of their own. */
  void types(String text) {
    List<String> commands = new ArrayList<>();
    for (String line : text.lines().toList()) {
      String command = line.replaceFirst("^remote: ?", "").strip();
      if (command.startsWith("git ")) {
        commands.add(command);
      }
    }
    assertThat(commands).as(text).isNotEmpty();
    commands.forEach(command -> works("sh", "-c", command));
  }

  String commit(String file, String text) {
    try {
      Path path = folder.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    works("git", "add", "--all");
    works("git", "commit", "--quiet", "--message", "Change " + file);
    return works("git", "rev-parse", "HEAD").strip();
  }
}
