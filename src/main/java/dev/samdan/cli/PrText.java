package dev.samdan.cli;

import java.io.PrintStream;
import tools.jackson.databind.JsonNode;

/** A pull request and its files as text. */
final class PrText {
  private final JsonNode view;
  private final PrintStream out = System.out;

  PrText(JsonNode view) {
    this.view = view;
  }

  void print() {
    JsonNode row = view.path("row");
    out.println("#" + text(row, "number") + " " + text(row, "title"));
    out.println(
        text(row, "state")
            + ", "
            + text(row, "standing")
            + ": "
            + text(row, "commits")
            + " commits from "
            + text(row, "source")
            + " into "
            + text(row, "target")
            + ", by "
            + text(row, "authorName"));
    out.println(
        text(row, "files") + " files, +" + text(row, "additions") + " -" + text(row, "deletions"));
    if (!view.path("text").asString("").isEmpty()) {
      out.println();
      out.println(view.path("text").asString());
    }
    brings(view.path("brings"));
    hotfix(view.path("hotfix"));
    if (!view.path("checks").isEmpty()) {
      out.println();
      out.println("Before it can be merged:");
      checks(view.path("checks"), out);
    }
    comments();
  }

  private void brings(JsonNode brings) {
    out.println();
    line("Tiers", join(brings.path("tiers")));
    line("Migrations", join(brings.path("migrations")));
    line("Base image", join(brings.path("baseImage")));
    line("Then", join(brings.path("pipelines")));
  }

  private void line(String label, String text) {
    if (!text.isEmpty()) {
      out.println(label + ": " + text);
    }
  }

  private void hotfix(JsonNode hotfix) {
    if (hotfix.isObject()) {
      out.println();
      out.println(
          "Hotfix "
              + text(hotfix, "version")
              + ": "
              + text(hotfix, "step")
              + (hotfix.path("problem").isNull() ? "" : ": " + text(hotfix, "problem")));
    }
  }

  /** Each check on a line, and beneath it what mends it. */
  static void checks(JsonNode checks, PrintStream to) {
    for (JsonNode check : checks) {
      String summary = text(check, "summary");
      to.println(
          "  "
              + mark(text(check, "state"))
              + " "
              + text(check, "title")
              + (summary.isEmpty() ? "" : "  " + summary));
      check.path("details").forEach(detail -> to.println("        " + detail.asString("")));
      check.path("remedies").forEach(remedy -> to.println("      " + remedy.asString("")));
    }
  }

  private static String mark(String state) {
    return switch (state) {
      case "passed" -> "ok  ";
      case "failed" -> "FAIL";
      case "running" -> "... ";
      case "waiting" -> "WAIT";
      default -> "-   ";
    };
  }

  private void comments() {
    if (view.path("comments").isEmpty()) {
      return;
    }
    out.println();
    for (JsonNode comment : view.path("comments")) {
      JsonNode place = comment.path("place");
      out.println(
          text(comment, "id")
              + "  "
              + text(comment, "authorName")
              + (place.isObject() ? " on " + text(place, "path") + ":" + text(place, "line") : "")
              + ": "
              + text(comment, "text"));
    }
  }

  static void diff(JsonNode diff) {
    for (JsonNode file : diff.path("files")) {
      System.out.println(
          "--- "
              + text(file, "change").toLowerCase(java.util.Locale.ROOT)
              + " "
              + text(file, "path")
              + "  +"
              + text(file, "additions")
              + " -"
              + text(file, "deletions"));
      for (JsonNode hunk : file.path("hunks")) {
        System.out.println(
            "@@ -"
                + text(hunk, "oldStart")
                + ","
                + text(hunk, "oldLines")
                + " +"
                + text(hunk, "newStart")
                + ","
                + text(hunk, "newLines")
                + " @@");
        for (JsonNode line : hunk.path("lines")) {
          String sign =
              switch (text(line, "kind")) {
                case "ADDED" -> "+";
                case "DELETED" -> "-";
                default -> " ";
              };
          System.out.println(sign + text(line, "text"));
        }
      }
      if (file.path("cut").asBoolean(false)) {
        System.out.println("(too large to be shown whole)");
      }
    }
  }

  static String join(JsonNode list) {
    StringBuilder all = new StringBuilder();
    list.forEach(one -> all.append(all.isEmpty() ? "" : ", ").append(one.asString("")));
    return all.toString();
  }

  static String text(JsonNode node, String field) {
    return String.valueOf(node.path(field).asString(""));
  }
}
