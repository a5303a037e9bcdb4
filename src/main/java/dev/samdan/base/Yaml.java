package dev.samdan.base;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A YAML (or JSON) document as its tree, each node with the line and column where it stands.
 * Scalars are their source text: {@code python: 3.10} stays {@code 3.10}, {@code CI: true} stays
 * {@code true}.
 */
public sealed interface Yaml {
  /** Where the node starts, from 1. */
  int line();

  /** Where the node starts, from 1. */
  int column();

  /** A scalar's source text; {@code plain} where it stood without quotes. */
  record Text(String value, boolean plain, int line, int column) implements Yaml {
    /** A plain empty scalar, {@code ~} or {@code null}. */
    public boolean isNull() {
      return plain && (value.isEmpty() || value.equals("~") || value.equalsIgnoreCase("null"));
    }
  }

  /** A sequence. */
  record Items(List<Yaml> items, int line, int column) implements Yaml {}

  /** A mapping in the order of the file; a key given twice is a problem at its second place. */
  record Fields(Map<String, Field> fields, int line, int column) implements Yaml {
    /** The value under this key, where there is one. */
    public Optional<Yaml> get(String key) {
      Field field = fields.get(key);
      return field == null ? Optional.empty() : Optional.of(field.value());
    }
  }

  /** One entry of a mapping; line and column are the key's. */
  record Field(String key, Yaml value, int line, int column) {}

  /**
   * The tree of a text, and what was wrong with it; {@code root} is null where the text is empty or
   * not YAML.
   */
  record Document(@Nullable Yaml root, List<Problem> problems) {}

  /**
   * Parses one document of at most 1 MiB with at most 50 aliases and 100 000 values, those that
   * aliases stand for counted each time; never throws for what the text holds.
   */
  static Document parse(String file, String text) {
    List<Problem> problems = new ArrayList<>();
    if (text.length() > 1 << 20) {
      return new Document(
          null, List.of(Problem.error(file, 0, 0, "the file is larger than 1 MiB")));
    }
    try {
      LoadSettings settings =
          LoadSettings.builder()
              .setLabel(file)
              .setAllowDuplicateKeys(true)
              .setMaxAliasesForCollections(50)
              .build();
      // JSON may be indented with tabs, which YAML refuses; a JSON string holds none.
      String source = text.stripLeading().startsWith("{") ? text.replace('\t', ' ') : text;
      Optional<Node> node = new Compose(settings).composeString(source);
      return new Document(
          node.map(n -> new Reader(file, problems).convert(n, 0)).orElse(null), problems);
    } catch (MarkedYamlEngineException e) {
      Mark mark = e.getProblemMark().or(e::getContextMark).orElse(null);
      int line = mark == null ? 0 : mark.getLine() + 1;
      int column = mark == null ? 0 : mark.getColumn() + 1;
      problems.add(
          Problem.error(file, line, column, "not valid YAML: " + String.valueOf(e.getProblem())));
      return new Document(null, problems);
    } catch (YamlEngineException | StackOverflowError e) {
      problems.add(Problem.error(file, 0, 0, "not valid YAML: " + e.getMessage()));
      return new Document(null, problems);
    }
  }

  /** Turns the library's nodes into ours. */
  final class Reader {
    private static final int DEPTH = 100;
    private static final int VALUES = 100_000;

    private final String file;
    private final List<Problem> problems;
    private int values;

    private Reader(String file, List<Problem> problems) {
      this.file = file;
      this.problems = problems;
    }

    private Yaml convert(Node node, int depth) {
      int line = node.getStartMark().map(m -> m.getLine() + 1).orElse(0);
      int column = node.getStartMark().map(m -> m.getColumn() + 1).orElse(0);
      if (depth > DEPTH) {
        problems.add(Problem.error(file, line, column, "nested deeper than " + DEPTH + " levels"));
        return new Text("", true, line, column);
      }
      if (++values > VALUES) {
        if (values == VALUES + 1) {
          problems.add(
              Problem.error(
                  file,
                  line,
                  column,
                  "the file holds more than "
                      + VALUES
                      + " values once its aliases stand for what they name"));
        }
        return new Text("", true, line, column);
      }
      return switch (node) {
        case ScalarNode scalar ->
            new Text(
                scalar.getValue(),
                scalar.isPlain() || scalar.getTag().equals(Tag.NULL),
                line,
                column);
        case SequenceNode sequence ->
            new Items(
                sequence.getValue().stream().map(n -> convert(n, depth + 1)).toList(),
                line,
                column);
        case MappingNode mapping -> {
          Map<String, Field> fields = new LinkedHashMap<>();
          for (NodeTuple tuple : mapping.getValue()) {
            int keyLine = tuple.getKeyNode().getStartMark().map(m -> m.getLine() + 1).orElse(line);
            int keyColumn =
                tuple.getKeyNode().getStartMark().map(m -> m.getColumn() + 1).orElse(column);
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
              problems.add(Problem.error(file, keyLine, keyColumn, "a key must be a plain text"));
              continue;
            }
            Yaml value = convert(tuple.getValueNode(), depth + 1);
            if (fields.putIfAbsent(
                    key.getValue(), new Field(key.getValue(), value, keyLine, keyColumn))
                != null) {
              problems.add(
                  Problem.error(
                      file, keyLine, keyColumn, "'" + key.getValue() + "' is given twice"));
            }
          }
          yield new Fields(java.util.Collections.unmodifiableMap(fields), line, column);
        }
        default -> {
          problems.add(Problem.error(file, line, column, "this kind of node is not supported"));
          yield new Text("", true, line, column);
        }
      };
    }
  }
}
