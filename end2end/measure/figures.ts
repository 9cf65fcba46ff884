/** Figures of one thing, in milliseconds unless its name says otherwise. */
export class Figures {
    private readonly rows: { id: string; what: string; budget: string; values: number[]; digits: number }[] = [];

    add(id: string, what: string, budget: string, values: number[], digits = 1) {
        if (values.length === 0) throw new Error(`${id}: nothing was measured`);
        this.rows.push({ id, what, budget, values: [...values].sort((a, b) => a - b), digits });
    }

    /** A Markdown table: median and 95th percentile. */
    table(): string {
        const lines = this.rows.map(({ id, what, budget, values, digits }) => {
            const at = (share: number) => values[Math.min(values.length - 1, Math.ceil(values.length * share) - 1)].toFixed(digits);
            return `| ${id} | ${what} | ${budget} | ${at(0.5)} | ${at(0.95)} | ${values.length} |`;
        });
        return ['| id | what | budget | median | p95 | times |', '| --- | --- | --- | --- | --- | --- |', ...lines].join('\n');
    }
}
