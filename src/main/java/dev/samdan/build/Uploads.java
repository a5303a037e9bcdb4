package dev.samdan.build;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The phase that makes zips of what the buildspec's {@code artifacts} name. */
final class Uploads {
  private final BuildRequest request;
  private final PhaseBook book;
  private final FileSelection selection;

  Uploads(BuildRequest request, PhaseBook book, FileSelection selection) {
    this.request = request;
    this.book = book;
    this.selection = selection;
  }

  /** The zips that were written: "" is the primary one; what is missing fails the phase. */
  Map<String, Path> write(Buildspec spec) throws IOException {
    Map<String, Path> written = new HashMap<>();
    for (Map.Entry<String, Path> output : new TreeMap<>(request.outputs()).entrySet()) {
      String id = output.getKey();
      Buildspec.Artifacts wanted =
          id.isEmpty() ? spec.artifacts() : spec.secondaryArtifacts().get(id);
      if (wanted == null && !id.isEmpty()) {
        book.fail(
            BuildStatus.FAILED,
            "CLIENT_ERROR",
            "no secondary-artifacts."
                + id
                + " in "
                + spec.file()
                + ": each of several output artifacts needs one of its name");
        continue;
      }
      // Without artifacts in the buildspec the whole folder is handed on, links and all.
      Buildspec.Artifacts files =
          wanted != null
              ? wanted
              : new Buildspec.Artifacts(List.of("**/*"), "", false, ".", List.of(), true, 0);
      FileSelection.Found found =
          selection.find(
              files.files(),
              files.baseDirectory(),
              files.exclude(),
              files.discardPaths(),
              files.enableSymlinks());
      if (found.files().isEmpty()) {
        String what =
            found.baseExists()
                ? "no matching artifact paths found"
                : "no matching base directory path found";
        book.fail(
            BuildStatus.FAILED,
            "CLIENT_ERROR",
            what + ", " + spec.file() + (files.line() == 0 ? "" : ":" + files.line()));
        book.context(what);
        continue;
      }
      Zips.write(output.getValue(), found.files(), files.enableSymlinks());
      written.put(id, output.getValue());
    }
    return written;
  }
}
