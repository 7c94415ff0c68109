package org.keras4j.backend.pytorch.script;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.TensorSpec;

/**
 * Which variables of a script share memory, and which memory an operation may overwrite: that made in
 * the same block of the program (or donated by the caller), of which nobody reads any part later.
 */
public final class Memory {
  private final Map<String, String> roots = new HashMap<>();
  private final Map<String, String> identity = new HashMap<>();
  private final Map<String, Integer> blockOf = new HashMap<>();
  private final Map<String, Integer> lastUse = new HashMap<>();
  private final Set<String> written = new HashSet<>();
  private final Map<String, String> kept = new HashMap<>();
  private int block;
  private int blocks;
  private final Deque<Integer> outer = new ArrayDeque<>();

  private int now = -1;
  private List<Term> operands = List.of();

  boolean isOutermost() {
    return block == 0;
  }

  void open() {
    outer.push(block);
    block = ++blocks;
  }

  void close() {
    block = outer.pop();
  }

  void remember(String key, String expression) {
    kept.put(block + " " + key, expression);
  }

  @Nullable
  String recall(String key) {
    return kept.get(block + " " + key);
  }

  /** New memory. */
  void made(String name) {
    blockOf.put(name, block);
  }

  void view(String name, String of) {
    roots.put(name, root(of));
  }

  /** The same tensor as {@code base}, with new contents. */
  void overwritten(String name, String base) {
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
  boolean isDonated(String input) {
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
  boolean isOfThisBlock(String name) {
    Integer b = blockOf.get(root(name));
    return b != null && b == block;
  }

  /** Tells when a value is read for the last time; {@code Integer.MAX_VALUE} for results. */
  void use(Term t, int last) {
    if (!t.isLiteral()) {
      lastUse.merge(root(t.name()), last, Math::max);
    }
  }

  /** Begins the node at a position; its operands are these. */
  void at(int position, List<Term> inputs) {
    now = position;
    operands = inputs;
  }

  /** No operand may be overwritten until the next node. */
  void keepAll() {
    now = -1;
  }

  int position() {
    return now;
  }

  List<Term> operands() {
    return operands;
  }

  /** Whether the node being written may put its result where an operand lies. */
  boolean mayOverwrite(Term t, TensorSpec out) {
    if (now < 0
        || t.isLiteral()
        || !t.isFull()
        || !t.spec().equals(out)
        || !out.shape().isKnown()) {
      return false;
    }
    String root = root(t.name());
    if (!isOfThisBlock(root) || lastUse.getOrDefault(root, Integer.MAX_VALUE) > now) {
      return false;
    }
    boolean operand = false;
    for (Term o : operands) {
      if (o.isLiteral()) {
        continue;
      }
      if (o.name().equals(t.name())) {
        operand = true;
      } else if (root(o.name()).equals(root)) {
        return false; // another view of it is read by the same node
      }
    }
    return operand;
  }
}
