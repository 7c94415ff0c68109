package org.keras4j.backend.pytorch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.TupleElements;

/**
 * Arguments and results of one call of a {@link ScriptFunction}, in native memory that a thread uses
 * again for its next call. A call made from inside a call (by host code of a graph) has its own.
 */
final class Frame {
  private static final int CAPACITY = 256;
  private static final ThreadLocal<Frames> FRAMES = ThreadLocal.withInitial(Frames::new);

  private static final class Frames {
    final List<Frame> all = new ArrayList<>();
    int depth;
  }

  final IValueVector stack = new IValueVector();
  private IValue first;

  private Frame() {
    stack.resize(CAPACITY); // room enough that the cells of small calls never move
    first = stack.get(0);
    stack.resize(0);
  }

  static Frame enter(int arguments) {
    Frames f = FRAMES.get();
    if (f.depth == f.all.size()) {
      f.all.add(new Frame());
    }
    Frame frame = f.all.get(f.depth++);
    frame.stack.resize(arguments);
    return frame;
  }

  /** Ends the call, and drops what is left of it. */
  void exit() {
    stack.resize(0);
    FRAMES.get().depth--;
  }

  /** To be called after a call that may have needed more room. */
  void moved() {
    first = stack.get(0);
  }

  void put(int at, IValue value) {
    stack.put(at, value);
  }

  /** The only result. */
  IValue first() {
    return first;
  }

  /** The results, where there are several. */
  TupleElements results() {
    return first.toTupleRef().elements();
  }
}
