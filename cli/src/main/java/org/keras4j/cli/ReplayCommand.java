package org.keras4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.tck.Case;
import org.keras4j.tck.Outcome;
import org.keras4j.tck.Replay;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code replay}: the conformance cases of a folder on a backend. */
@Command(
    name = "replay",
    description =
        "Replays recorded calls of Keras: eager, symbolic, compiled and with gradients. Prints the"
            + " failures; the last line counts.",
    mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
  private static final Pattern PART = Pattern.compile("(\\d{1,4})/(\\d{1,4})");

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DIR",
      description = "A folder with cases; without it those that come with the kit.")
  private @Nullable Path folder;

  @Option(names = "--backend", description = "pytorch, tensorflow or xla.")
  private @Nullable String backend;

  @Option(names = "--category", description = "Only this category, for instance ops.")
  private @Nullable String category;

  @Option(names = "--name", description = "Only cases whose name or id contains this.")
  private @Nullable String name;

  @Option(
      names = "--part",
      paramLabel = "I/N",
      description = "Only the I-th of N parts, for several processes side by side.")
  private String part = "1/1";

  @Option(names = "--threads", description = "How many cases to play at once; 1 by default.")
  private int threads = 1;

  @Option(
      names = "--no-claims",
      description = "Without the backend's own kernels for composites: all runs as primitives.")
  private boolean noClaims;

  @Option(names = "--list", description = "List the cases instead of running them.")
  private boolean list;

  @Option(names = "--skipped", description = "Print also what is skipped.")
  private boolean skipped;

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new IllegalArgumentException(folder + " is no folder");
    }
    Matcher m = PART.matcher(part);
    if (!m.matches()) {
      throw new IllegalArgumentException("--part: expected I/N, for instance 2/8, got " + part);
    }
    Replay replay = (folder == null ? Replay.builtIn() : Replay.of(folder))
        .category(category)
        .name(name)
        .part(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)))
        .threads(threads);
    if (list) {
      for (Case c : replay.cases()) {
        out.println(c);
      }
      out.flush();
      return 0;
    }
    if (backend != null) {
      Keras.setBackend(backend);
    }
    boolean claims = Keras.claims();
    Keras.setClaims(claims && !noClaims);
    try {
      return run(replay, out);
    } finally {
      Keras.setClaims(claims);
    }
  }

  private int run(Replay replay, PrintWriter out) throws IOException {
    List<String> wider = new ArrayList<>();
    Replay.Summary s = replay
        .listener(o -> {
          print(out, o);
          if (o.hasOwnTolerance()) {
            wider.add(o.of().id());
          }
        })
        .run();
    if (!wider.isEmpty()) {
      out.println(
          "Gradients compared only as closely as they were recorded: " + String.join(", ", wider));
    }
    out.println(s);
    out.flush();
    return s.failed() == 0 ? 0 : 1;
  }

  private void print(PrintWriter out, Outcome o) {
    if (o.status() == Outcome.Status.FAILED || (skipped && o.status() == Outcome.Status.SKIPPED)) {
      for (String m : o.messages()) {
        out.println(o.status() + " " + o.of() + " " + m);
      }
      out.flush();
    }
  }
}
