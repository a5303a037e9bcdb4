package dev.samdan.console;

import java.util.Map;

/**
 * What is asked once more before a button does what cannot be undone.
 *
 * @param action where yes goes, as a POST with these fields
 * @param tone of the button for yes: {@code danger}, {@code primary} or empty
 * @param back where no goes
 */
public record Question(
    String title,
    String detail,
    String yes,
    String no,
    String action,
    Map<String, String> fields,
    String tone,
    String back) {}
