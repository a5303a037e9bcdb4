package dev.samdan.cli;

import dev.samdan.application.Initial;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code samdan init}: writes a samdan.yml for this folder, by what is found in it. */
@Command(name = "init", description = "Writes a samdan.yml for this folder.")
public final class InitCommand extends Verb implements Runnable {
  @Option(names = "--name", description = "The application (default: the folder's name).")
  @Nullable String name;

  @Override
  public void run() {
    Path folder = Path.of("").toAbsolutePath();
    Initial initial = Initial.of(folder, name);
    initial.files().forEach((path, text) -> write(folder.resolve(path), text));
    if (wantsJson()) {
      print(
          Json.mapper()
              .valueToTree(Map.of("files", initial.files().keySet(), "notes", initial.notes())));
      return;
    }
    System.out.println("Wrote " + String.join(", ", initial.files().keySet()) + ".");
    initial.notes().forEach(System.out::println);
    System.out.println("Look through it, commit it, then: samdan app create NAME");
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new PlatformException(
          PlatformException.Code.CONFLICT,
          file + " is already there: delete it first for a new one",
          e);
    } catch (IOException e) {
      throw new PlatformException(
          PlatformException.Code.UNAVAILABLE, file + " cannot be written: " + e.getMessage(), e);
    }
  }
}
