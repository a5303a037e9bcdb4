package dev.samdan.console;

/**
 * One question for a person, with what there is to know before answering.
 *
 * @param token names the question; the answer's POST carries it
 * @param before what serves now and would be replaced
 */
public record ApprovalCard(
    String token,
    String pipeline,
    String application,
    String environment,
    String href,
    String headline,
    String commit,
    String message,
    String author,
    String asked,
    String expires,
    String tested,
    boolean wasTested,
    String before,
    String command) {}
