package dev.samdan.application;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code samdan init} writes for a folder, by what it finds there.
 *
 * @param files new files by their path in the folder: samdan.yml, and a buildspec for a tier that
 *     has none
 * @param notes what a person must still do, a sentence each
 */
public record Initial(Map<String, String> files, List<String> notes) {
  private static final List<String> WEB_FOLDERS =
      List.of("web", "frontend", "client", "site", "public");
  private static final List<String> API_FOLDERS = List.of("api", "backend", "server", "app");
  private static final List<String> WEB_SIGNS = List.of("index.html", "pubspec.yaml");
  private static final List<String> API_SIGNS = List.of("docker/Dockerfile", "Dockerfile");
  private static final List<String> LOCK_FILES =
      List.of(
          "requirements.txt",
          "poetry.lock",
          "package-lock.json",
          "pom.xml",
          "build.gradle",
          "go.sum",
          "Gemfile.lock");
  private static final String NOTHING_TO_BUILD =
      "version: 0.2\nphases:\n  build:\n    commands:\n      - echo nothing to build\n";
  private static final List<String> BASES =
      List.of(
          "docker/Dockerfile-base", "Dockerfile-base", "docker/Dockerfile.base", "Dockerfile.base");
  private static final Pattern EXPOSE = Pattern.compile("(?im)^\\s*EXPOSE\\s+(\\d+)");

  /** How uvicorn, gunicorn and others are told their port in CMD and ENTRYPOINT. */
  private static final Pattern PORT_OPTION =
      Pattern.compile(
          "(?im)^\\s*(?:CMD|ENTRYPOINT)\\b.*?(?:--port|--bind)[\\s=\",]+(?:[^\\s\",]*:)?(\\d+)");

  private static final Pattern COPY = Pattern.compile("(?im)^\\s*(?:COPY|ADD)\\s+(.*)$");

  /** The files for this folder; its own name is the application's where none is given. */
  public static Initial of(Path folder, @Nullable String name) {
    return new Found(folder).write(name == null ? label(folder) : name);
  }

  /** A folder's name as an application's: {@code My App} becomes {@code my-app}. */
  private static String label(Path folder) {
    String words =
        String.valueOf(folder.toAbsolutePath().normalize().getFileName()).toLowerCase(Locale.ROOT);
    String label = words.replaceAll("[^a-z0-9]+", "-").replaceAll("^[^a-z]+|-+$", "");
    String cut = label.substring(0, Math.min(32, label.length())).replaceAll("-+$", "");
    return cut.isEmpty() ? "app" : cut;
  }

  /** A folder while it is looked at. */
  private static final class Found {
    private final Path folder;
    private final Map<String, String> files = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    Found(Path folder) {
      this.folder = folder;
    }

    Initial write(String name) {
      Optional<String> web = tier(WEB_FOLDERS, WEB_SIGNS);
      Optional<String> api = apiFolder();
      StringBuilder text = new StringBuilder("application: " + name + "\ntiers:\n");
      web.ifPresent(source -> text.append(webTier(source)));
      if (api.isPresent() || web.isEmpty()) {
        String source = api.orElse("api");
        text.append(apiTier(source)).append(dataTier(source));
      }
      if (web.isEmpty() && api.isEmpty()) {
        notes.add(
            "neither a web nor an api folder was found; put the application tier into api/, or"
                + " change its source");
      }
      text.append(
          "environments:\n  dev: {branch: dev}\n  prod: {branch: main, approval: required}\n");
      files.put(ApplicationFile.NAME, text.toString());
      return new Initial(files, notes);
    }

    private Optional<String> tier(List<String> folders, List<String> signs) {
      return folders.stream()
          .filter(f -> Files.isDirectory(folder.resolve(f)))
          .findFirst()
          .or(() -> signs.stream().anyMatch(s -> is(".", s)) ? Optional.of(".") : Optional.empty());
    }

    /** A folder with a Dockerfile, else this one where it has one, else a folder of that name. */
    private Optional<String> apiFolder() {
      return API_FOLDERS.stream()
          .filter(f -> first(f, API_SIGNS).isPresent())
          .findFirst()
          .or(() -> first(".", API_SIGNS).map(sign -> "."))
          .or(() -> tier(API_FOLDERS, API_SIGNS));
    }

    private String webTier(String source) {
      String build =
          buildspec(
              source,
              NOTHING_TO_BUILD
                  + "artifacts:\n  files: ['**/*']\n  exclude-paths: ['buildspec.yml']\n");
      boolean spa = is(source, "pubspec.yaml") || is(source, "package.json");
      return "  web:\n    source: " + source + "\n    build: " + build + "\n    spa: " + spa + "\n";
    }

    private String apiTier(String source) {
      StringBuilder text = new StringBuilder("  api:\n    source: " + source + "\n");
      text.append("    build: ").append(buildspec(source, NOTHING_TO_BUILD)).append('\n');
      String dockerfile = first(source, API_SIGNS).orElse("docker/Dockerfile");
      text.append("    dockerfile: ").append(dockerfile).append('\n');
      if (!is(source, dockerfile)) {
        notes.add(
            at(source, dockerfile)
                + " is missing: write the Dockerfile that the application tier's image is built"
                + " from");
      }
      first(source, BASES).ifPresent(base -> text.append(baseImage(source, base)));
      text.append("    port: ").append(port(read(source, dockerfile))).append('\n');
      text.append("    health: /health\n    paths: [/api/**]\n");
      first(source, List.of("buildspec-test.yml", "buildspec-test.yaml"))
          .ifPresent(tests -> text.append("    tests: ").append(tests).append('\n'));
      first(source, List.of("appspec.yaml", "appspec.yml"))
          .ifPresent(appspec -> text.append("    appspec: ").append(appspec).append('\n'));
      first(source, List.of("taskdef.json"))
          .ifPresent(taskdef -> text.append("    taskdef: ").append(taskdef).append('\n'));
      return text.toString();
    }

    private static String port(String dockerfile) {
      return Stream.of(EXPOSE, PORT_OPTION)
          .map(pattern -> pattern.matcher(dockerfile))
          .filter(Matcher::find)
          .map(found -> found.group(1))
          .findFirst()
          .orElse("8080");
    }

    private String baseImage(String source, String dockerfile) {
      Set<String> locks = new LinkedHashSet<>();
      LOCK_FILES.stream().filter(f -> is(source, f)).forEach(locks::add);
      Matcher copies = COPY.matcher(read(source, dockerfile));
      while (copies.find()) {
        for (String word : copies.group(1).trim().split("\\s+", -1)) {
          String path = word.replaceFirst("^\\./", "");
          if (LOCK_FILES.contains(path.substring(path.lastIndexOf('/') + 1)) && is(source, path)) {
            locks.add(path);
          }
        }
      }
      return "    base: {dockerfile: "
          + dockerfile
          + ", rebuild-on: ["
          + String.join(", ", locks)
          + "]}\n";
    }

    private String dataTier(String source) {
      return first(source, List.of("migrate.sh"))
          .map(script -> "  data:\n    migrate: [sh, ./" + script + "]\n")
          .orElse("  data: {engine: postgresql}\n");
    }

    private String buildspec(String source, String otherwise) {
      Optional<String> found = first(source, List.of("buildspec.yml", "buildspec.yaml"));
      if (found.isEmpty()) {
        files.put(at(source, "buildspec.yml"), otherwise);
      }
      return found.orElse("buildspec.yml");
    }

    private Optional<String> first(String source, List<String> names) {
      return names.stream().filter(n -> is(source, n)).findFirst();
    }

    private boolean is(String source, String name) {
      return Files.isRegularFile(folder.resolve(at(source, name)));
    }

    private String read(String source, String name) {
      try {
        return is(source, name) ? Files.readString(folder.resolve(at(source, name))) : "";
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static String at(String source, String name) {
      return source.equals(".") ? name : source + "/" + name;
    }
  }
}
