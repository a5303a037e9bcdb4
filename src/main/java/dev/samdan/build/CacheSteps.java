package dev.samdan.build;

import dev.samdan.build.Buildspec.Cache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Restores a buildspec's {@code cache} before the first phase and keeps it after the last one that
 * succeeded. The build's own shell packs and unpacks, so that no more is read or written than the
 * build may. Whatever fails here is told and fails no build.
 */
final class CacheSteps {
  private static final String SOURCE = "source.tar";
  private static final String ROOT = "root.tar";

  private final BuildRequest request;
  private final Cache cache;
  private final BuildShell shell;
  private final BuildLog log;
  private final Map<String, List<String>> paths = new TreeMap<>();
  private String key = "";
  private boolean restoredExactly;

  CacheSteps(BuildRequest request, Cache cache, BuildShell shell, BuildLog log) {
    this.request = request;
    this.cache = cache;
    this.shell = shell;
    this.log = log;
  }

  void restore() throws InterruptedException {
    for (String path : cache.paths()) {
      sort(path);
    }
    CacheFolder folder = request.terms().caches();
    if (folder == null) {
      log.agent("Cache: the folder that is built keeps its files itself");
      return;
    }
    if (paths.isEmpty()) {
      return;
    }
    try {
      List<String> keys = evaluate();
      if (keys.isEmpty() || keys.getFirst().isBlank()) {
        log.agent("Cache: cache.key has no value; nothing is restored or kept");
        return;
      }
      key = keys.getFirst();
      if (cache.restores()) {
        Optional<CacheFolder.Entry> found = folder.find(key, keys.subList(1, keys.size()));
        log.agent(
            found.map(e -> "Cache: restoring " + e.key()).orElse("Cache: there is none of " + key));
        if (found.isPresent()) {
          unpack(found.get());
        }
      }
    } catch (IOException e) {
      log.agent("Cache: it cannot be restored: " + e.getMessage());
    }
  }

  /**
   * Puts a path where it belongs: below the source folder, or elsewhere in a container. What stands
   * in HOME or elsewhere on the machine stays there by itself.
   */
  private void sort(String path) {
    String plain = path.strip().replaceFirst("(/\\*\\*)?(/\\*+)?/?$", "").replaceFirst("^\\./", "");
    if (plain.matches("(~|\\$HOME|\\$\\{HOME\\}|/root)(/.*)?")) {
      log.agent("Cache: " + path + " is kept with the application's HOME");
    } else if (!plain.startsWith("/")) {
      boolean everything = plain.isEmpty() || plain.matches("\\*+");
      paths.computeIfAbsent(SOURCE, s -> new ArrayList<>()).add(everything ? "." : plain);
    } else if (request.terms().where() instanceof Workplace.Container) {
      paths.computeIfAbsent(ROOT, s -> new ArrayList<>()).add(plain.substring(1));
    } else {
      log.agent("Cache: " + path + " stays on this machine");
    }
  }

  /** The key and the fallback keys as the build's shell sees them. */
  private List<String> evaluate() throws IOException, InterruptedException {
    if (cache.key().isEmpty()) {
      return List.of(request.project());
    }
    List<String> written = new ArrayList<>(List.of(cache.key()));
    written.addAll(cache.fallbackKeys());
    String text = String.join("\n", written);
    String answer =
        shell.ask(
            "cat > "
                + ControlFolder.quote(shell.answer().toString())
                + " <<SAMDAN_END_OF_KEYS\n"
                + text
                + "\nSAMDAN_END_OF_KEYS\n");
    return answer.lines().map(String::strip).filter(l -> l.length() <= 512).toList();
  }

  private void unpack(CacheFolder.Entry entry) throws IOException, InterruptedException {
    boolean whole = true;
    for (String name : paths.keySet()) {
      Path kept = entry.folder().resolve(name);
      if (Files.exists(kept)) {
        Path seen = shell.control().file("restore-" + name);
        Files.copy(kept, seen);
        ControlFolder.forAll(seen);
        String script = "tar -xf " + ControlFolder.quote(seen.toString()) + " -C " + folder(name);
        whole &= shell.runAside(script).succeeded();
        Files.delete(seen);
      }
    }
    restoredExactly = whole && entry.key().equals(key);
  }

  private static String folder(String name) {
    return name.equals(SOURCE) ? "\"$CODEBUILD_SRC_DIR\"" : "/";
  }

  /** Packs what the paths name and keeps it; a key that was found is kept as it is. */
  void save() throws InterruptedException {
    CacheFolder folder = request.terms().caches();
    if (folder == null || key.isEmpty() || !cache.saves()) {
      return;
    }
    if (restoredExactly && !cache.key().isEmpty()) {
      log.agent("Cache: " + key + " is kept already");
      return;
    }
    try {
      Path made = Files.createDirectories(request.work().resolve("cache"));
      long size = 0;
      for (String name : paths.keySet()) {
        Path packed = pack(name);
        if (packed != null) {
          size += Files.size(packed);
          Files.move(packed, made.resolve(name));
        }
      }
      if (size == 0) {
        log.agent("Cache: nothing matches cache.paths; nothing is kept");
      } else if (size >= CacheFolder.LARGEST) {
        log.agent("Cache: more than " + (CacheFolder.LARGEST >> 30) + " GB; nothing is kept");
      } else {
        folder.keep(key, made);
        log.agent("Cache: kept as " + key + ", " + ((size >> 20) + 1) + " MB");
      }
    } catch (IOException e) {
      log.agent("Cache: it cannot be kept: " + e.getMessage());
    }
  }

  /**
   * Shell that prints what a pattern names, a line each: segment by segment, since a shell's own
   * wildcards reach one level, and {@code **} means any number of them (Ant, as for artifacts).
   */
  private static String found(String pattern) {
    StringBuilder stages = new StringBuilder("set +f; echo .");
    for (String segment : pattern.split("/+", -1)) {
      stages.append(" | while read -r at; do ");
      if (segment.equals("**")) {
        stages.append("find \"$at\" -type d; done");
      } else {
        // Not quoted where it is used: the shell expands its wildcards.
        stages
            .append("part=")
            .append(ControlFolder.quote(segment))
            .append(
                "; for one in \"$at\"/$part; do [ ! -e \"$one\" ] || printf '%s\\n' \"$one\"; done;"
                    + " done");
      }
    }
    return stages.append(" | sort -u").toString();
  }

  private @Nullable Path pack(String name) throws IOException, InterruptedException {
    Path packed = shell.control().own("keep-" + name);
    StringBuilder script =
        new StringBuilder("set -f\nIFS='\n'\ncd " + folder(name) + " || exit 1\nset --\n");
    for (String path : paths.getOrDefault(name, List.of())) {
      script
          .append("for path in $(")
          .append(found(path))
          .append("); do set -- \"$@\" \"$path\"; done\n");
    }
    script
        .append("[ $# -eq 0 ] || tar -cf - \"$@\" | head -c ")
        .append(CacheFolder.LARGEST)
        .append(" > ")
        .append(ControlFolder.quote(packed.toString()))
        .append('\n');
    boolean done = shell.runAside(script.toString()).succeeded();
    return done && Files.size(packed) > 0 ? packed : null;
  }
}
