/** The value of an expression between `${{` and `}}`: a text, or a boolean in conditions. */
type Value = string | boolean;

const TOKEN = /'(?:[^']|'')*'|[A-Za-z_][\w.-]*(?:\(\))?|&&|\|\||[=!]=|[!()]|\S/g;
const OPERATORS: Record<string, string> = { "==": "===", "!=": "!==" };

/**
 * Evaluates an expression of a GitHub workflow: names, texts, `always()`, `cancelled()`, `==`, `!=`, `!`, `&&`, `||`
 * and parentheses. In: a function that returns a name's value and throws for an unknown one. Throws for anything else.
 */
export function evaluate(expression: string, resolveName: (name: string) => string): Value {
  const code = expression.replaceAll(TOKEN, (token) => {
    if (token.startsWith("'")) return JSON.stringify(token.slice(1, -1).replaceAll("''", "'"));
    if (/^(&&|\|\||[!()])$/.test(token)) return token;
    if (OPERATORS[token]) return OPERATORS[token];
    if (token === "always()") return "true";
    // Tests do not cancel runs.
    if (token === "cancelled()") return "false";
    if (/^[A-Za-z_][\w.-]*$/.test(token)) return JSON.stringify(resolveName(token));
    throw new Error(`the expression ${expression} has ${token}: the tests cannot evaluate that`);
  });
  return Function(`"use strict"; return (${code});`)() as Value;
}
