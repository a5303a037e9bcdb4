package dev.samdan.pipeline;

import dev.samdan.base.Folders;
import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** The zips that actions hand on, below one folder per execution. */
final class Artifacts {
  private final Path folder;

  Artifacts(Path folder) {
    this.folder = folder;
  }

  /** A finished zip that is not yet where later actions look. */
  record Written(String name, Path part, String file, String sha256, long size) {}

  /** Where an attempt writes; another attempt writes elsewhere. */
  Path part(Claim claim, String artifact) {
    Path of = folder.resolve(claim.execution().toString());
    try {
      Files.createDirectories(of);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the folder for artifacts " + of, e);
    }
    return of.resolve(file(claim, artifact) + "." + claim.attempt() + ".part");
  }

  /** Named by the action's id: actions of one execution may share the beginning of their names. */
  private static String file(Claim claim, String artifact) {
    return claim.action() + "-" + artifact + ".zip";
  }

  /** Reads what the provider wrote; INVALID where it wrote nothing. */
  Written written(Claim claim, String artifact) {
    Path part = part(claim, artifact);
    if (!Files.isRegularFile(part)) {
      throw PlatformException.invalid(
          "action " + claim.name() + " ended without its output artifact " + artifact);
    }
    try (InputStream in = Files.newInputStream(part)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      String sha256 = HexFormat.of().formatHex(digest.digest());
      return new Written(artifact, part, file(claim, artifact), sha256, Files.size(part));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the artifact " + part, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Moves it to its place and records it; the caller holds the action's claim. */
  void publish(Handle handle, Claim claim, Written artifact, Instant now) {
    try {
      Path place = folder.resolve(claim.execution().toString()).resolve(artifact.file());
      // A transaction that is tried again finds it moved already.
      if (Files.exists(artifact.part()) || !Files.exists(place)) {
        Files.move(
            artifact.part(),
            place,
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot put the artifact " + artifact.file() + " in its place", e);
    }
    handle
        .createUpdate(
            """
            insert into artifact (execution_id, name, action_execution_id, file, sha256, size, created_at)
            values (:execution, :name, :action, :file, :sha256, :size, :now)
            on conflict (execution_id, name) do update set action_execution_id = :action, file = :file,
              sha256 = :sha256, size = :size, created_at = :now
            """)
        .bind("execution", claim.execution())
        .bind("name", artifact.name())
        .bind("action", claim.action())
        .bind("file", artifact.file())
        .bind("sha256", artifact.sha256())
        .bind("size", artifact.size())
        .bind("now", now)
        .execute();
  }

  /** The zip of an artifact of this execution. */
  Path input(Handle handle, Claim claim, String artifact) {
    Path file =
        handle
            .createQuery(
                "select file from artifact where execution_id = :execution and name = :name")
            .bind("execution", claim.execution())
            .bind("name", artifact)
            .mapTo(String.class)
            .findOne()
            .map(name -> folder.resolve(claim.execution().toString()).resolve(name))
            .orElseThrow(() ->
                PlatformException.notFound(
                    claim.pipeline()
                        + "#"
                        + claim.executionNumber()
                        + " has no artifact "
                        + artifact));
    if (!Files.isRegularFile(file)) {
      throw PlatformException.notFound(
          "the artifact "
              + artifact
              + " is gone: "
              + file
              + "; start the pipeline again to make it anew");
    }
    return file;
  }

  /** Removes what attempts left half written. */
  void clearParts(Claim claim) {
    try (Stream<Path> files = Files.list(folder.resolve(claim.execution().toString()))) {
      for (Path file : files.filter(f -> isPartOf(f, claim)).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // The folder goes with its execution in the end.
    }
  }

  private static boolean isPartOf(Path file, Claim claim) {
    String name = file.getFileName().toString();
    return name.startsWith(claim.action() + "-") && name.endsWith("." + claim.attempt() + ".part");
  }

  void remove(UUID execution) {
    Folders.delete(folder.resolve(execution.toString()));
  }

  /** The executions that have a folder. */
  List<UUID> folders() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(n -> n.length() == 36)
          .map(UUID::fromString)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the artifacts " + folder, e);
    }
  }
}
