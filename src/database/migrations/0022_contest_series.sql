CREATE TABLE "contest_series" (
	"id" text PRIMARY KEY NOT NULL,
	"platform" text NOT NULL,
	"server" text NOT NULL,
	"title" text NOT NULL,
	"themes" jsonb NOT NULL,
	"rules" jsonb NOT NULL,
	"zone" text NOT NULL,
	"period" text NOT NULL,
	"anchor" timestamp with time zone NOT NULL,
	"phases_ms" jsonb NOT NULL,
	"places" jsonb NOT NULL,
	"last_period" integer NOT NULL,
	"made_count" integer NOT NULL,
	"paused_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "contests" ADD COLUMN "series" text;--> statement-breakpoint
CREATE INDEX "contests_series" ON "contests" USING btree ("series");