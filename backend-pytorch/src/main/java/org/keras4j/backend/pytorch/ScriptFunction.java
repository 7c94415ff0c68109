package org.keras4j.backend.pytorch;

import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.ExecutorExecutionModeOptional;
import org.bytedeco.pytorch.Function;
import org.bytedeco.pytorch.Graph;
import org.bytedeco.pytorch.GraphExecutor;
import org.bytedeco.pytorch.GraphFunction;
import org.bytedeco.pytorch.GraphFunctionCreator;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.global.torch;

/** A function compiled from TorchScript text. May be run by several threads at once. */
final class ScriptFunction implements AutoCloseable {
  private static final int SMALL = 100;

  private static final class NoCreator extends GraphFunctionCreator {
    @Override
    public void call(GraphFunction f) {} // the graph is there already
  }

  private static final NoCreator NO_CREATOR = new NoCreator();

  private final GraphFunction function;
  private final boolean large;

  private ScriptFunction(GraphFunction function, boolean large) {
    this.function = function;
    this.large = large;
  }

  /**
   * Compiles.
   *
   * @param text the source of one function {@code main}
   * @param lines its length
   * @param arguments how many it takes
   * @param callbacks whether it calls {@link HostCallbacks}
   */
  static ScriptFunction compile(String text, int lines, int arguments, boolean callbacks) {
    if (lines <= SMALL) {
      return new ScriptFunction(build(text, callbacks), arguments > SMALL);
    }
    return new ScriptFunction(DeepStack.call(lines, () -> build(text, callbacks)), true);
  }

  private static GraphFunction build(String text, boolean callbacks) {
    try (CompilationUnit unit = torch.compile(text);
        QualifiedName name = new QualifiedName("main");
        ExecutorExecutionModeOptional simple =
            // no profiling, no fusion, no gradient graphs: the text is what shall run
            new ExecutorExecutionModeOptional(torch.ExecutorExecutionMode.SIMPLE)) {
      Function parsed = unit.get_functions().get(0);
      try (Graph graph = new GraphFunction(parsed).graph()) {
        if (callbacks) {
          HostCallbacks.link(graph);
        }
        GraphFunction f = new GraphFunction(name, graph, NO_CREATOR, simple);
        GraphExecutor executor = f.get_executor();
        try (IValueVector none = new IValueVector()) {
          executor.getPlanFor(none); // the passes run now, on this thread
        }
        return f;
      }
    }
  }

  /** Runs on the arguments in the frame, and leaves the results there. */
  void run(Frame frame) {
    boolean entered = OneDnn.entered();
    try {
      function.run(frame.stack);
    } finally {
      if (entered) {
        OneDnn.left();
      }
    }
    if (large) {
      frame.moved();
    }
  }

  @Override
  public void close() {
    function.close();
  }
}
