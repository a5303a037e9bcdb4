package dev.samdan.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.Tier;
import dev.samdan.pipeline.ExecutionView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Moves of a branch at random, with deaths and failures between them, all from a seed. */
class RandomMovesTest {
  private static final int SEEDS = 6;
  private static final int MOVES = 12;
  private static final String VALID =
      "application: sample\ntiers:\n  web: {source: web}\n  api: {source: api, port: %d}\n";

  @TempDir Path folder;

  @Test
  void no_change_of_a_tier_is_lost_and_no_pipeline_starts_twice_for_one_move() throws IOException {
    for (int seed = 1; seed <= SEEDS; seed++) {
      try (GitServer server = new GitServer(folder.resolve("seed" + seed))) {
        server.source.createRepository("sample");
        server.applications.create("sample", null);
        new Moves(server, new Random(seed)).run();
        verify(server, seed);
      }
    }
  }

  private static final class Moves {
    private final GitServer server;
    private final Random random;
    private final Map<String, String> files = new TreeMap<>();

    Moves(GitServer server, Random random) {
      this.server = server;
      this.random = random;
    }

    void run() throws IOException {
      files.put("samdan.yml", VALID.formatted(8080));
      for (int i = 0; i < MOVES; i++) {
        change(i);
        commit(server.source.open("sample"), files);
        switch (random.nextInt(4)) {
          case 0 -> server.restart();
          case 1 -> server.deliveries.catchUp("sample");
          case 2 -> {
            server.failures.set(1);
            server.deliveries.catchUp("sample");
          }
          default -> {
            // Control dies before it looked at the move.
          }
        }
      }
      files.put("samdan.yml", VALID.formatted(9000));
      commit(server.source.open("sample"), files);
      server.failures.set(0);
      server.restart();
    }

    private void change(int i) {
      String[] paths = {"api/main.py", "web/index.html", "README.md"};
      int choice = random.nextInt(5);
      if (choice < paths.length) {
        files.put(paths[choice], "version " + i);
      } else {
        files.put(
            "samdan.yml", choice == 3 ? VALID.formatted(8000 + i) : VALID.formatted(80_000 + i));
      }
    }
  }

  private static void verify(GitServer server, int seed) {
    List<ExecutionView> executions = server.executions();
    Map<String, Long> starts =
        executions.stream()
            .collect(
                Collectors.groupingBy(
                    e -> e.groupId() + " " + e.pipeline(), Collectors.counting()));
    assertThat(starts.values())
        .as("seed %d: starts of a pipeline for a move", seed)
        .containsOnly(1L);
    String tip = server.source.tips("sample").get("dev");
    for (Tier tier : Tier.values()) {
      ExecutionView newest =
          executions.stream()
              .filter(e -> e.pipeline().equals("sample-dev-" + tier.text()))
              .filter(e -> declaration(server, e.commit()) != null)
              .max(Comparator.comparingInt(ExecutionView::number))
              .orElseThrow();
      assertThat(server.source.changedFiles("sample", newest.commit(), tip))
          .as("seed %d: files of %s that were not delivered", seed, tier)
          .noneMatch(file -> file.startsWith(tier.text() + "/"));
    }
  }

  private static @org.jspecify.annotations.Nullable ApplicationDeclaration declaration(
      GitServer server, String commit) {
    return server.applications.declarationAt("sample", commit).orElse(null);
  }

  private static void commit(FileRepository git, Map<String, String> files) throws IOException {
    try (ObjectInserter inserter = git.newObjectInserter()) {
      DirCache index = DirCache.newInCore();
      DirCacheBuilder builder = index.builder();
      for (Map.Entry<String, String> file : files.entrySet()) {
        DirCacheEntry entry = new DirCacheEntry(file.getKey());
        entry.setFileMode(FileMode.REGULAR_FILE);
        entry.setObjectId(
            inserter.insert(Constants.OBJ_BLOB, file.getValue().getBytes(StandardCharsets.UTF_8)));
        builder.add(entry);
      }
      builder.finish();
      CommitBuilder commit = new CommitBuilder();
      commit.setTreeId(index.writeTree(inserter));
      ObjectId parent = git.resolve("refs/heads/dev");
      if (parent != null) {
        commit.setParentId(parent);
      }
      commit.setAuthor(new PersonIdent("Kim Mina", "mina@example.com"));
      commit.setCommitter(new PersonIdent("Kim Mina", "mina@example.com"));
      commit.setMessage("A move");
      ObjectId id = inserter.insert(commit);
      inserter.flush();
      RefUpdate update = git.updateRef("refs/heads/dev");
      update.setNewObjectId(id);
      update.forceUpdate();
    }
  }
}
