package org.keras4j.backend.pytorch.claims;

import java.util.List;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.spi.Site;

/** A claimed composite being written: its inputs, and what the program does with its results. */
public final class Call {
  private final Composite composite;
  private final Site<Term> site;
  private final Script script;
  private final ProgramWriter writer;

  /** A composite where it stands in a program. */
  public Call(Composite composite, Site<Term> site, Script script, ProgramWriter writer) {
    this.composite = composite;
    this.site = site;
    this.script = script;
    this.writer = writer;
  }

  Attributes attributes() {
    return composite.attributes();
  }

  Script script() {
    return script;
  }

  int inputs() {
    return site.inputs().size();
  }

  Term input(int i) {
    return site.input(i);
  }

  TensorSpec in(int i) {
    return site.in(i);
  }

  TensorSpec out(int i) {
    return site.out(i);
  }

  int outputs() {
    return site.out().size();
  }

  Site<Term> site() {
    return site;
  }

  /** A variable with exactly the value of an input. */
  String full(int i) {
    return script.full(site.input(i));
  }

  /** A result of the variable. */
  Term result(String name, int output) {
    return Term.of(name, site.out(output));
  }

  /** What stands for a result that nobody wants. */
  Term unwanted(int output) {
    return Term.literal(NDArray.scalar(site.out(output).dtype(), 0.0), site.out(output));
  }

  /** Whether the program uses a result. */
  boolean isWanted(int output) {
    return writer.isWanted(output);
  }

  /** Whether all users of a result are composites of this name, in the block being written. */
  boolean isOnlyFor(int output, String name) {
    return writer.isOnlyFor(output, name);
  }

  /** The results by the composite's own body, primitive by primitive. */
  List<Term> body() {
    return writer.write(composite.body(site.in()), site.inputs());
  }
}
