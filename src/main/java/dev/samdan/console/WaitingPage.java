package dev.samdan.console;

import java.util.List;

/** What waits for the reader. */
public record WaitingPage(String headline, List<ApprovalCard> cards) {}
