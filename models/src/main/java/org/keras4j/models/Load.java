package org.keras4j.models;

import java.util.Map;
import org.keras4j.core.io.ReadLimits;

/** How {@link Model#load(java.nio.file.Path, Load)} reads a model, under Keras's names and with its defaults. */
public final class Load {
  private boolean compile = true;
  private Map<String, Class<?>> customObjects = Map.of();
  private ReadLimits limits = ReadLimits.defaults();

  private Load() {}

  /** Compiled as the file says, of registered classes, within the default limits. */
  public static Load defaults() {
    return new Load();
  }

  /** Whether the model is compiled as it was when it was saved, with the optimizer's state; true by default. */
  public static Load compile(boolean value) {
    Load out = new Load();
    out.compile = value;
    return out;
  }

  /**
   * Classes that the file may name besides those registered; none by default.
   *
   * @param classes {@code Configurable} classes by the class name or registered name in the file
   * @return these options
   */
  public Load customObjects(Map<String, Class<?>> classes) {
    this.customObjects = Map.copyOf(classes);
    return this;
  }

  /** How large and how deep what is read may be; {@link ReadLimits#defaults} by default. */
  public Load limits(ReadLimits value) {
    this.limits = value;
    return this;
  }

  /** Whether the model is compiled. */
  public boolean isCompiling() {
    return compile;
  }

  public Map<String, Class<?>> customObjects() {
    return customObjects;
  }

  public ReadLimits limits() {
    return limits;
  }
}
