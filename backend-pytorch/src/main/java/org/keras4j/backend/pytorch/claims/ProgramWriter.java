package org.keras4j.backend.pytorch.claims;

import java.util.List;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.graph.Graph;

/** Who writes the program that a claimed composite stands in. */
public interface ProgramWriter {
  /** Whether anything uses a result of the node being written. */
  boolean isWanted(int output);

  /** Whether all that uses it are composites of this name, in the block being written. */
  boolean isOnlyFor(int output, String name);

  /** Writes the nodes of a graph applied to values; returns its results. */
  List<Term> write(Graph g, List<Term> arguments);
}
