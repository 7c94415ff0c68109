package org.keras4j.backend.pytorch.script;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.TensorSpec;

/**
 * Which variables of a script share memory, and which memory an operation may overwrite: that made in
 * the same block of the program (or donated by the caller), of which nobody reads any part later, through
 * a variable each element of which has a place of its own.
 *
 * <p>A variable is in one of three states: its memory was {@linkplain #made made} for it; it is, or may
 * be, a {@linkplain #view view} of another; or it is a view that {@linkplain #repeated repeats} elements.
 * What libtorch may copy or not, as a reshape, is a view here: then it is not overwritten while the other
 * is read, and never if the other repeats.
 */
public final class Memory {
  private static final String SEVERAL = ""; // no variable's name

  private final boolean overwrites;
  private final Map<String, String> roots = new HashMap<>();
  private final Map<String, String> identity = new HashMap<>();
  private final Map<String, Integer> blockOf = new HashMap<>();
  private final Set<String> written = new HashSet<>();
  private final Set<String> repeating = new HashSet<>();
  private final Map<String, String> kept = new HashMap<>();
  private final Deque<Frame> frames = new ArrayDeque<>();
  private int block;
  private int blocks;
  private final Deque<Integer> outer = new ArrayDeque<>();

  /** A graph being written: one in the node of another that is written along with it. */
  private static final class Frame {
    final Map<String, Integer> lastUse = new HashMap<>();
    int now = -1;
    List<Term> operands = List.of();
    // by memory: the one variable that the node being written reads it by, or SEVERAL; made when
    // asked for
    @Nullable
    Map<String, String> readAs;

    boolean isReadLater(String root, int unknown) {
      return lastUse.getOrDefault(root, unknown) > now;
    }
  }

  /**
   * Of a script that has not begun.
   *
   * @param overwrites whether memory is used again at all; false where somebody records what is computed, to go back over it
   */
  public Memory(boolean overwrites) {
    this.overwrites = overwrites;
  }

  /** Begins a graph. Positions are its own; what a graph around it still reads stays as it is. */
  public void enter() {
    frames.push(new Frame());
  }

  /** Ends it. */
  public void leave() {
    frames.pop();
  }

  public boolean isOutermost() {
    return block == 0;
  }

  public void open() {
    outer.push(block);
    block = ++blocks;
  }

  public void close() {
    block = outer.pop();
  }

  public void remember(String key, String expression) {
    kept.put(block + " " + key, expression);
  }

  @Nullable
  public String recall(String key) {
    return kept.get(block + " " + key);
  }

  /** New memory. */
  public void made(String name) {
    blockOf.put(name, block);
  }

  /** What may lie in the memory of another; it repeats elements if that does. */
  public void view(String name, String of) {
    roots.put(name, root(of));
    if (repeats(of)) {
      repeating.add(name);
    }
  }

  /** A view several elements of which may lie in one place. */
  public void repeated(String name, String of) {
    roots.put(name, root(of));
    repeating.add(name);
  }

  /** Whether several elements may lie in one place. */
  public boolean repeats(String name) {
    return repeating.contains(name);
  }

  /** The same tensor as {@code base}, with new contents. */
  public void overwritten(String name, String base) {
    roots.put(name, root(base));
    identity.put(name, identity(base));
    written.add(root(base));
  }

  /** Whether anything is written into memory that an input brought. */
  public boolean isOverwritten(String input) {
    return written.contains(input);
  }

  /** A graph input that may be overwritten; it then comes dense. */
  public void donate(String name) {
    blockOf.put(name, block);
  }

  /** Whether the caller gave that input away. */
  public boolean isDonated(String input) {
    return blockOf.containsKey(input);
  }

  /** The variable for which the memory that a variable lies in was made. */
  public String root(String name) {
    return roots.getOrDefault(name, name);
  }

  /** The variable that holds the very same tensor, after overwriting. */
  public String identity(String name) {
    return identity.getOrDefault(name, name);
  }

  /** Whether its memory was made in the block being written. */
  public boolean isOfThisBlock(String name) {
    Integer b = blockOf.get(root(name));
    return b != null && b == block;
  }

  /**
   * Tells when a value is read for the last time in the graph being written; {@code Integer.MAX_VALUE} for its
   * results.
   */
  public void use(Term t, int last) {
    if (!t.isLiteral()) {
      frames.element().lastUse.merge(root(t.name()), last, Math::max);
    }
  }

  /** Begins the node at a position; its operands are these. */
  public void at(int position, List<Term> inputs) {
    Frame f = frames.element();
    f.now = position;
    f.operands = inputs;
    f.readAs = null;
  }

  /** Whether the node being written may put its result where an operand lies. */
  public boolean mayOverwrite(Term t, TensorSpec out) {
    Frame f = frames.peek();
    if (f == null
        || !overwrites
        || t.isLiteral()
        || !t.isFull()
        || !t.spec().equals(out)
        || !out.shape().isKnown()
        || repeats(t.name())) {
      return false;
    }
    String root = root(t.name());
    return isOfThisBlock(root) && !isReadLater(root) && isOnlyReadAs(t, root, f);
  }

  /** Whether the graph being written, or one around it, reads anything of that memory after this node. */
  private boolean isReadLater(String root) {
    Iterator<Frame> all = frames.iterator();
    // of a graph around it, what it has not heard of was made within
    boolean later = all.next().isReadLater(root, Integer.MAX_VALUE);
    while (!later && all.hasNext()) {
      later = all.next().isReadLater(root, -1);
    }
    return later;
  }

  /** Whether the value is an operand of the node, which reads no other view of its memory. */
  private boolean isOnlyReadAs(Term t, String root, Frame f) {
    if (f.readAs == null) {
      Map<String, String> names = new HashMap<>();
      for (Term o : f.operands) {
        if (!o.isLiteral()) {
          names.merge(root(o.name()), o.name(), (a, b) -> a.equals(b) ? a : SEVERAL);
        }
      }
      f.readAs = names;
    }
    return t.name().equals(f.readAs.get(root));
  }
}
