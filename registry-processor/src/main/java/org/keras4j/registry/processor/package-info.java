/** Lists, while a module is compiled, its classes that may be loaded by name from a saved file. */
@NullMarked
package org.keras4j.registry.processor;

import org.jspecify.annotations.NullMarked;
