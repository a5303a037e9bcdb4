package dev.samdan.image;

import dev.samdan.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Splits a Dockerfile into instructions: directives, comments, continuations and here-documents.
 */
final class DockerfileParser {
  private static final Pattern DIRECTIVE =
      Pattern.compile("#\\s*([A-Za-z][A-Za-z0-9]*)\\s*=\\s*(.+?)\\s*");
  private static final Pattern HEREDOC =
      Pattern.compile("<<(-?)\\s*([\"']?)([A-Za-z_][A-Za-z0-9_]*)\\2");
  private static final int SIZE = 1 << 20;
  private final String file;
  private final List<String> lines;
  private final List<Problem> problems = new ArrayList<>();
  private final List<Instruction.Arg> arguments = new ArrayList<>();
  private final List<Dockerfile.Stage> stages = new ArrayList<>();
  private char escape = '\\';
  private int next;

  DockerfileParser(String file, String text) {
    this.file = file;
    String clean = text.startsWith("\uFEFF") ? text.substring(1) : text;
    this.lines = clean.length() > SIZE ? List.of() : List.of(clean.split("\r?\n", -1));
    if (clean.length() > SIZE) {
      problems.add(Problem.error(file, 0, 0, "the file is larger than 1 MiB"));
    }
  }

  Dockerfile parse() {
    readDirectives();
    while (next < lines.size()) {
      LogicalLine line = readLine();
      if (!line.isEmpty() && !line.text().isBlank()) {
        take(line);
      }
    }
    if (stages.isEmpty() && problems.isEmpty()) {
      problems.add(
          Problem.error(
              file,
              0,
              0,
              "there is no FROM; a Dockerfile begins with one (FROM scratch for nothing)"));
    }
    return new Dockerfile(
        file, escape, List.copyOf(arguments), List.copyOf(stages), List.copyOf(problems));
  }

  private void readDirectives() {
    for (; next < lines.size(); next++) {
      Matcher directive = DIRECTIVE.matcher(lines.get(next).strip());
      if (!directive.matches()) {
        return;
      }
      if (directive.group(1).equalsIgnoreCase("escape")) {
        if (directive.group(2).equals("`") || directive.group(2).equals("\\")) {
          escape = directive.group(2).charAt(0);
        } else {
          problems.add(Problem.error(file, next + 1, 1, "the escape character is either \\ or `"));
        }
      }
    }
  }

  /**
   * One instruction's line with its continuations; comments and empty lines inside are left out.
   */
  private LogicalLine readLine() {
    LogicalLine logical = new LogicalLine();
    boolean goesOn = true;
    while (goesOn && next < lines.size()) {
      String line = lines.get(next++);
      String stripped = line.strip();
      if (stripped.startsWith("#") || (stripped.isEmpty() && !logical.isEmpty())) {
        continue;
      }
      String trimmed = line.stripTrailing();
      goesOn = !trimmed.isEmpty() && trimmed.charAt(trimmed.length() - 1) == escape;
      int indent = logical.isEmpty() ? line.length() - line.stripLeading().length() : 0;
      String piece = goesOn ? trimmed.substring(0, trimmed.length() - 1) : trimmed;
      logical.append(piece.substring(Math.min(indent, piece.length())), next, indent + 1);
    }
    return logical;
  }

  private void take(LogicalLine line) {
    String text = line.text();
    int end = 0;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    String keyword = text.substring(0, end).toUpperCase(Locale.ROOT);
    Instruction instruction = heredocs(keyword, line);
    if (instruction == null) {
      instruction = new InstructionReader(file, line, end, escape, problems).read(keyword);
    }
    if (instruction == null) {
      return;
    }
    if (instruction instanceof Instruction.From from) {
      stages.add(new Dockerfile.Stage(stages.size(), from, new ArrayList<>()));
    } else if (!stages.isEmpty()) {
      stages.getLast().instructions().add(instruction);
    } else if (instruction instanceof Instruction.Arg arg) {
      arguments.add(arg);
    } else {
      problems.add(
          Problem.error(
              file, line.line(0), line.column(0), "only ARG may stand before the first FROM"));
    }
  }

  /** What an instruction with here-documents is, whose lines are then passed; null without. */
  private @Nullable Instruction heredocs(String keyword, LogicalLine line) {
    if (!keyword.equals("RUN") && !keyword.equals("COPY") && !keyword.equals("ADD")) {
      return null;
    }
    Instruction found = null;
    Matcher heredoc = HEREDOC.matcher(line.text());
    while (heredoc.find()) {
      if (found == null) {
        int at = heredoc.start();
        found =
            new Instruction.NeedsEngine(
                new Instruction.At(line.line(at), line.column(at), line.text().strip()),
                keyword + " from a here-document",
                "put the text into a file and COPY that",
                true);
      }
      boolean tabs = !heredoc.group(1).isEmpty();
      while (next < lines.size()) {
        String body = lines.get(next++);
        if ((tabs ? body.replaceFirst("^\t+", "") : body).equals(heredoc.group(3))) {
          break;
        }
      }
    }
    return found;
  }
}
