CREATE TABLE "contest_ballots" (
	"contest" text NOT NULL,
	"platform" text NOT NULL,
	"person_id" text NOT NULL,
	"is_panel" boolean DEFAULT false NOT NULL,
	"marks" jsonb NOT NULL,
	"last_event" text NOT NULL,
	"void_reason" text,
	"server" text NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "contest_ballots_contest_platform_person_id_is_panel_pk" PRIMARY KEY("contest","platform","person_id","is_panel")
);
--> statement-breakpoint
CREATE TABLE "contest_entries" (
	"id" text PRIMARY KEY NOT NULL,
	"contest" text NOT NULL,
	"number" integer,
	"platform" text NOT NULL,
	"person_id" text NOT NULL,
	"person_name" text NOT NULL,
	"server" text NOT NULL,
	"state" text NOT NULL,
	"reason" jsonb,
	"source" text NOT NULL,
	"job" text,
	"picture" text NOT NULL,
	"before" text,
	"alt" text NOT NULL,
	"title" text,
	"consent" jsonb NOT NULL,
	"submitted_at" timestamp with time zone DEFAULT now() NOT NULL,
	"decided_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "contest_places" (
	"contest" text NOT NULL,
	"platform" text NOT NULL,
	"server" text NOT NULL,
	"place" jsonb NOT NULL,
	"locale" text NOT NULL,
	"is_host" boolean NOT NULL,
	"post" jsonb,
	"joined_at" timestamp with time zone DEFAULT now() NOT NULL,
	"left_at" timestamp with time zone,
	CONSTRAINT "contest_places_contest_platform_server_pk" PRIMARY KEY("contest","platform","server")
);
--> statement-breakpoint
CREATE TABLE "contests" (
	"id" text PRIMARY KEY NOT NULL,
	"platform" text NOT NULL,
	"server" text NOT NULL,
	"title" text NOT NULL,
	"theme" text,
	"rules" jsonb NOT NULL,
	"zone" text NOT NULL,
	"state" text NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"opens_at" timestamp with time zone NOT NULL,
	"entries_end_at" timestamp with time zone NOT NULL,
	"voting_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	"published_at" timestamp with time zone,
	"reason" jsonb,
	"result" jsonb,
	"tie_seed" text NOT NULL,
	"shuffle_key" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "presence" (
	"id" text PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "contest_ballots" ADD CONSTRAINT "contest_ballots_contest_contests_id_fk" FOREIGN KEY ("contest") REFERENCES "public"."contests"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contest_entries" ADD CONSTRAINT "contest_entries_contest_contests_id_fk" FOREIGN KEY ("contest") REFERENCES "public"."contests"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contest_places" ADD CONSTRAINT "contest_places_contest_contests_id_fk" FOREIGN KEY ("contest") REFERENCES "public"."contests"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "contest_ballots_person" ON "contest_ballots" USING btree ("platform","person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "contest_entries_number" ON "contest_entries" USING btree ("contest","number");--> statement-breakpoint
CREATE UNIQUE INDEX "contest_entries_picture" ON "contest_entries" USING btree ("contest","picture") WHERE "contest_entries"."state" IN ('pending', 'accepted');--> statement-breakpoint
CREATE INDEX "contest_entries_person" ON "contest_entries" USING btree ("platform","person_id");--> statement-breakpoint
CREATE INDEX "contest_places_server" ON "contest_places" USING btree ("platform","server");--> statement-breakpoint
CREATE INDEX "contests_server" ON "contests" USING btree ("platform","server","state");--> statement-breakpoint
CREATE TRIGGER "contest_entries_blob_uses" AFTER INSERT OR UPDATE OR DELETE ON "contest_entries" FOR EACH ROW
	EXECUTE FUNCTION note_blob_uses('entry', '$.picture', '$.before');
